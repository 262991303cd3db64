import assert from 'node:assert/strict';
import { type Exchange, exchange } from '../../sdk/exchange.ts';
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from './start.ts';

describe('startFakeProvider', () => {
  const started: FakeProvider[] = [];

  afterEach(async () => {
    await Promise.all(started.splice(0).map((fake) => fake.stop()));
  });

  async function start(options: FakeProviderOptions): Promise<FakeProvider> {
    const fake = await startFakeProvider(options);
    started.push(fake);
    return fake;
  }

  function post(fake: FakeProvider, path: string, body: object, key?: string): Promise<Exchange> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (key !== undefined) headers['authorization'] = `Bearer ${key}`;
    return exchange(fake.url, { method: 'POST', path, headers, body: JSON.stringify(body) });
  }

  const CHAT = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };

  it('takes the keys it is given, and none when told so', async () => {
    const own = await start({ openaiKeys: ['sk-own'] });
    const open = await start({ openaiKeys: null });
    assert.equal((await post(own, '/v1/chat/completions', CHAT, 'sk-own')).status, 200);
    assert.equal((await post(own, '/v1/chat/completions', CHAT)).status, 401);
    assert.equal((await post(open, '/v1/chat/completions', CHAT)).status, 200);
  });

  it('stops with answers still open, and again without complaint', async () => {
    const fake = await start({ openaiKeys: null });
    await fake.setScript([{ faults: [{ kind: 'stall', after: 10 }] }]);
    const open = post(fake, '/v1/chat/completions', CHAT);
    await fake.waitForRequest(({ bodyBytesSent }) => bodyBytesSent === 10);
    await fake.stop();
    await fake.stop();
    assert.equal((await open).ending, 'broken');
    assert.equal((await post(fake, '/v1/chat/completions', CHAT)).status, null);
  });

  it('answers with fixed bytes for benchmarks', async () => {
    const fake = await start({ fixed: { streamedChars: 4000 } });
    const json = await post(fake, '/v1/chat/completions', CHAT);
    const plain = await post(fake, '/v1/chat/completions', { ...CHAT, stream: true });
    const options = { stream: true, stream_options: { include_usage: true } };
    const counted = await post(fake, '/v1/chat/completions', { ...CHAT, ...options });
    const messages = await post(fake, '/v1/messages', { ...CHAT, stream: true });
    assert.match(json.body.toString('utf8'), /"prompt_tokens": 1000,\s+"completion_tokens": 100/);
    assert.ok(plain.body.toString('utf8').split('\n\n').length > 900);
    assert.ok(!plain.body.includes('"usage"'));
    assert.ok(counted.body.includes('"usage":{"prompt_tokens":1000'));
    assert.ok(messages.body.includes('event: message_stop'));
    assert.deepEqual(await fake.requests(), []);
  });

  it('spaces the events of a fixed stream when asked', async () => {
    const fake = await start({ fixed: { streamedChars: 40, eventIntervalMs: 1 } });
    const answer = await post(fake, '/v1/chat/completions', { ...CHAT, stream: true });
    assert.equal(answer.ending, 'complete');
    assert.ok(answer.body.toString('utf8').endsWith('data: [DONE]\n\n'));
  });
});
