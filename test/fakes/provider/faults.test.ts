import assert from 'node:assert/strict';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Exchange, type RawRequest, exchange } from '../../sdk/exchange.ts';
import { FAKE_OPENAI_KEY, type FakeProvider, type Fault, startFakeProvider } from './start.ts';

describe('the faults of the fake provider, as bytes', () => {
  let fake: FakeProvider;

  before(async () => {
    fake = await startFakeProvider();
  });
  afterEach(() => fake.reset());
  after(() => fake.stop());

  /** Both have the same words, so the same answer; only the fault differs, which the script adds. */
  function chat(overrides: { stream?: boolean; prompt?: string } = {}): RawRequest {
    const { stream = false, prompt = 'Hello 🌍' } = overrides;
    const body = JSON.stringify({ model: 'gpt-4o', stream, messages: [{ role: 'user', content: prompt }] });
    const headers = { authorization: `Bearer ${FAKE_OPENAI_KEY}`, 'content-type': 'application/json' };
    return { method: 'POST', path: '/v1/chat/completions', headers, body };
  }

  async function faulty(request: RawRequest, ...faults: Fault[]): Promise<Exchange> {
    await fake.setScript([{ faults }]);
    return exchange(fake.url, request);
  }

  for (const stream of [false, true]) {
    describe(stream ? 'on a stream' : 'on JSON', () => {
      let whole: Exchange;

      beforeEach(async () => {
        whole = await exchange(fake.url, chat({ stream }));
      });

      it('none: the same bytes each time, framed as the provider does', async () => {
        const again = await exchange(fake.url, chat({ stream }));
        assert.equal(whole.status, 200);
        assert.equal(whole.ending, 'complete');
        assert.deepEqual(again.body, whole.body);
        assert.equal(valuesOf(whole, 'content-length').length, stream ? 0 : 1);
        assert.equal(valuesOf(whole, 'set-cookie').length, 2);
      });

      it('trickle: the same bytes', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'trickle', bytes: 1 });
        assert.equal(answer.ending, 'complete');
        assert.deepEqual(answer.body, whole.body);
      });

      // In chunked framing each piece is seen apart, however the network joins packets.
      it('trickle: one by one', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'trickle', bytes: 1 }, { kind: 'chunked' });
        assert.equal(answer.pieces.length, whole.body.length);
        assert.deepEqual(answer.body, whole.body);
      });

      it('split: the same bytes, with a character cut in two', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'split' }, { kind: 'chunked' });
        const garbled = answer.pieces.filter((piece) => !piece.equals(Buffer.from(piece.toString('utf8'))));
        assert.deepEqual(answer.body, whole.body);
        assert.ok(garbled.length > 0);
      });

      it('stall: silence after so many bytes, until the client hangs up', async () => {
        const answer = await faulty(
          { ...chat({ stream }), hangUpAfterBytes: 100 },
          { kind: 'stall', after: 100 },
        );
        assert.equal(answer.ending, 'hung_up');
        assert.deepEqual(answer.body, whole.body.subarray(0, 100));
        const entry = await fake.waitForRequest(({ end }) => end === 'client_gone');
        assert.equal(entry.bodyBytesSent, 100);
        assert.ok((entry.endedAtMs ?? 0) >= entry.receivedAtMs);
      });

      it('cut: the connection ends after so many bytes', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'cut', after: 120, reset: false });
        assert.equal(answer.status, 200);
        assert.equal(answer.ending, 'broken');
        assert.deepEqual(answer.body, whole.body.subarray(0, 120));
        await fake.waitForRequest(({ end }) => end === 'cut_by_fake');
      });

      it('cut by reset', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'cut', after: 120, reset: true });
        assert.equal(answer.ending, 'broken');
      });

      it('cut before the head: no answer at all', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'cut', after: 'before_headers', reset: false });
        assert.equal(answer.status, null);
        assert.equal(answer.ending, 'broken');
      });

      it('half: less than Content-Length says', async () => {
        const answer = await faulty(chat({ stream }), { kind: 'half' });
        assert.equal(answer.ending, 'broken');
        assert.deepEqual(valuesOf(answer, 'content-length'), [String(whole.body.length)]);
        assert.deepEqual(answer.body, whole.body.subarray(0, Math.floor(whole.body.length / 2)));
      });

      it('gzip and br: encoded when accepted, plain when not', async () => {
        const accepting = chat({ stream });
        accepting.headers['accept-encoding'] = 'gzip, br;q=0.5';
        const gzip = await faulty(
          accepting,
          { kind: 'encode', encoding: 'gzip' },
          { kind: 'trickle', bytes: 7 },
        );
        const brotli = await faulty(accepting, { kind: 'encode', encoding: 'br' });
        const refused = await faulty(chat({ stream }), { kind: 'encode', encoding: 'gzip' });
        assert.deepEqual(valuesOf(gzip, 'content-encoding'), ['gzip']);
        assert.deepEqual(gunzipSync(gzip.body), whole.body);
        assert.deepEqual(brotliDecompressSync(brotli.body), whole.body);
        assert.deepEqual(refused.body, whole.body);
      });

      it('chunked, duplicate headers, and both with a split', async () => {
        const answer = await faulty(
          chat({ stream }),
          { kind: 'chunked' },
          { kind: 'duplicate_headers' },
          { kind: 'split', every: 3 },
        );
        assert.deepEqual(valuesOf(answer, 'content-length'), []);
        assert.deepEqual(valuesOf(answer, 'x-twice'), ['one', 'two']);
        assert.deepEqual(answer.body, whole.body);
      });

      it('hold: waits at a byte until released', async () => {
        await fake.setScript([{ faults: [{ kind: 'hold', after: 50 }] }]);
        const answer = exchange(fake.url, chat({ stream }));
        await fake.waitForRequest(({ bodyBytesSent, end }) => bodyBytesSent === 50 && end === 'open');
        await fake.release();
        assert.deepEqual((await answer).body, whole.body);
      });
    });
  }

  it('cut after an event leaves whole events', async () => {
    const answer = await faulty(chat({ stream: true }), { kind: 'cut', after: { events: 3 }, reset: false });
    assert.equal(answer.body.toString('utf8').split('\n\n').length, 4);
    assert.ok(answer.body.toString('utf8').endsWith('\n\n'));
  });

  it('a script rule applies to what it matches, as often as it says', async () => {
    await fake.setScript([
      { match: { model: 'other' }, faults: [{ kind: 'status', code: 400 }] },
      {
        match: { path: '/v1/chat/completions', promptIncludes: 'Hello' },
        times: 2,
        faults: [{ kind: 'status', code: 503 }],
      },
      { text: 'scripted ✓', usage: { outputTokens: 9 } },
    ]);
    const statuses = [];
    for (let turn = 0; turn < 3; turn++) statuses.push((await exchange(fake.url, chat())).status);
    const last = await exchange(fake.url, chat());
    assert.deepEqual(statuses, [503, 503, 200]);
    assert.match(last.body.toString('utf8'), /scripted ✓/);
    assert.match(last.body.toString('utf8'), /"completion_tokens": 9/);
  });

  it('directives in the prompt do the same', async () => {
    const slow = await exchange(
      fake.url,
      chat({ prompt: 'Hi [fault slow_first_byte ms=5] [fault split at=10,20]' }),
    );
    const stalled = await exchange(fake.url, {
      ...chat({ prompt: 'Hi [fault stall after_events=2]', stream: true }),
      hangUpAfterEvents: 2,
    });
    assert.equal(slow.status, 200);
    assert.equal(stalled.ending, 'hung_up');
    assert.equal(stalled.body.toString('utf8').split('\n\n').length, 3);
  });

  it('records what came: path with query, raw header fields, body', async () => {
    const request = chat({ prompt: 'Record 🌍 this' });
    await exchange(fake.url, { ...request, path: '/v1/chat/completions?api-version=1' });
    const entry = await fake.waitForRequest(({ end }) => end === 'answered');
    assert.equal(entry.method, 'POST');
    assert.equal(entry.path, '/v1/chat/completions?api-version=1');
    assert.equal(entry.body, request.body);
    assert.equal(entry.status, 200);
    assert.equal(entry.headers['authorization'], `Bearer ${FAKE_OPENAI_KEY}`);
    assert.ok(entry.rawHeaders.some(([name]) => name === 'content-type'));
    await fake.reset();
    assert.deepEqual(await fake.requests(), []);
  });
});

function valuesOf({ headers }: Exchange, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}
