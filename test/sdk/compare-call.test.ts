import assert from 'node:assert/strict';
import { FAKE_OPENAI_KEY, type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { type Comparison, compareCall } from './compare-call.ts';
import { type PassThroughProxy, type Tampering, startPassThroughProxy } from './pass-through-proxy.ts';

describe('compareCall', () => {
  let fake: FakeProvider;
  let proxy: PassThroughProxy | undefined;

  before(async () => {
    fake = await startFakeProvider();
  });
  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
  });
  after(() => fake.stop());

  async function compareThrough(tampering: Tampering, prompt = 'Hi'): Promise<Comparison> {
    proxy = await startPassThroughProxy(fake.url, tampering);
    const ways = { direct: `${fake.url}/v1`, viaCandela: `${proxy.url}/proxy/openai/v1` };
    const body = JSON.stringify({
      model: 'gpt-4o',
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    });
    const headers = { authorization: `Bearer ${FAKE_OPENAI_KEY}`, 'content-type': 'application/json' };
    return compareCall(ways, { method: 'POST', path: '/chat/completions', headers, body });
  }

  it('says nothing about a proxy that changes nothing', async () => {
    const { direct, differences } = await compareThrough({});
    assert.equal(direct.status, 200);
    assert.ok(direct.body.length > 0);
    assert.deepEqual(differences, []);
  });

  it('allows the headers the contract adds', async () => {
    const { differences } = await compareThrough({ headers: (raw) => [...raw, 'X-Candela-Trace-Id', 'a1'] });
    assert.deepEqual(differences, []);
  });

  it('notices another status text', async () => {
    const { differences } = await compareThrough({ statusText: 'Fine' });
    assert.deepEqual(differences, ['status text: OK directly, Fine via Candela']);
  });

  it('notices one changed byte, and where', async () => {
    const { direct, differences } = await compareThrough({
      piece: (bytes) => Buffer.from(bytes.toString('latin1').replace('[DONE]', '[GONE]'), 'latin1'),
    });
    assert.equal(differences.length, 1);
    assert.ok(
      differences[0]?.startsWith(`body at byte ${direct.body.indexOf('[DONE]') + 1}:`),
      differences[0],
    );
  });

  it('notices a header that is missing, and one of two that were sent', async () => {
    const { differences } = await compareThrough({
      headers: (raw) => without(without(raw, 'openai-version', 1), 'set-cookie', 1),
    });
    assert.equal(differences.length, 2);
    assert.match(differences.join('\n'), /header openai-version: 2020-10-01 directly, undefined via Candela/);
    assert.match(differences.join('\n'), /header set-cookie: .* \| .* directly/);
  });

  it('notices a broken stream that was made to look whole', async () => {
    const { differences } = await compareThrough({ hidesBreaks: true }, '[fault cut after_events=3] Hi');
    assert.deepEqual(differences, ['ending: broken directly, complete via Candela']);
  });

  it('notices an answer that never came', async () => {
    const { differences } = await compareThrough({}, '[fault cut before_headers] Hi');
    assert.match(differences.join('\n'), /status: null directly, 502 via Candela/);
  });
});

/** Takes `count` fields of a name out of names and values in turn. */
function without(raw: string[], name: string, count: number): string[] {
  const kept: string[] = [];
  let left = count;
  for (let index = 0; index < raw.length; index += 2) {
    const matches = left > 0 && raw[index]?.toLowerCase() === name;
    if (matches) left -= 1;
    else kept.push(...raw.slice(index, index + 2));
  }
  return kept;
}
