import assert from 'node:assert/strict';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { FAKE_OPENAI_KEY, startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startServer, type TestServer } from '../harness/server.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  /** RST_STREAM's code; `NGHTTP2_NO_ERROR` for an answer that ended as it should. */
  readonly code: number;
}

describe('a call to a model over HTTP/2', () => {
  let fake: FakeProvider;
  let server: TestServer;
  let session: ClientHttp2Session;

  before(async () => {
    fake = await startFakeProvider();
    server = await startServer({
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 10,
    });
    session = connect(server.url);
  });
  after(async () => {
    session.destroy();
    await server.stop();
    await fake.stop();
  });

  const ask = (directives: string): ClientHttp2Stream => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/proxy/openai/v1/chat/completions',
      'content-type': 'application/json',
      authorization: `Bearer ${FAKE_OPENAI_KEY}`,
    });
    stream.end(
      JSON.stringify({
        model: 'gpt-4o-mini',
        stream: true,
        max_tokens: 100,
        messages: [{ role: 'user', content: `Hello ${directives}` }],
      }),
    );
    return stream;
  };

  const answerOf = (stream: ClientHttp2Stream): Promise<Answer> =>
    new Promise((resolve) => {
      let status = 0;
      let text = '';
      stream.on('response', (headers) => (status = headers[':status'] ?? 0));
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      stream.on('error', () => {
        // The code at the end says it.
      });
      stream.on('close', () => resolve({ status, text, code: stream.rstCode }));
    });

  it('is answered, streaming', async () => {
    const { status, text, code } = await answerOf(ask('[fault trickle bytes=7]'));
    assert.deepEqual([status, code], [200, constants.NGHTTP2_NO_ERROR]);
    assert.match(text, /data: \[DONE\]\n\n$/);
  });

  it('broken off by the provider is broken off alone: others on the connection go on', async () => {
    const held = answerOf(ask('[fault hold after_events=2]'));
    await fake.waitForRequest(({ body }) => body.includes('fault hold'));
    const broken = await answerOf(ask('[fault cut after_events=2 reset]'));
    assert.equal(broken.status, 200);
    assert.notEqual(broken.code, constants.NGHTTP2_NO_ERROR);
    await fake.release();
    const { status, text, code } = await held;
    assert.deepEqual([status, code], [200, constants.NGHTTP2_NO_ERROR]);
    assert.match(text, /data: \[DONE\]\n\n$/);
  });

  it('given up by the client ends at the provider too', async () => {
    const given = ask('[fault stall after_events=2]');
    const ended = answerOf(given);
    given.once('data', () => given.close(constants.NGHTTP2_CANCEL));
    await ended;
    const { end } = await fake.waitForRequest(
      ({ body, end: how }) => body.includes('fault stall') && how !== 'open',
    );
    assert.equal(end, 'client_gone');
  });
});
