import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { assertLivesOn, CHAT, good, post } from './good-call.ts';
import { chunked, sendRaw, withLength, type RawAnswer, type RawHttp } from './raw-http.ts';
import { startRig, type Rig } from './rig.ts';

const ELEVEN_MB = Buffer.from(good({ messages: [{ role: 'user', content: 'x'.repeat(11 * 1024 * 1024) }] }));

interface Case {
  readonly what: string;
  readonly request: RawHttp;
  readonly status: number;
  /** The `error.type` of the answer. */
  readonly type: string;
  readonly message: RegExp;
}

const BODIES: readonly Case[] = (
  [
    ['no body', '', /not valid JSON/],
    ['malformed JSON', '{"model": "gpt-4o-mini",', /not valid JSON/],
    [
      'JSON with a secret before the mistake',
      '{"key":"sk-secret" oops',
      /^the request body is not valid JSON$/,
    ],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /not valid JSON/],
    ['a list', '[]', /must be a JSON object/],
    ['null', 'null', /must be a JSON object/],
    ['a text', '"gpt-4o-mini"', /must be a JSON object/],
    ['nesting without an end', '['.repeat(200_000), /not valid JSON/],
    ['no model', '{}', /missing or invalid model field/],
    ['an empty model', good({ model: '' }), /missing or invalid model field/],
    ['a model that is a number', good({ model: 4 }), /missing or invalid model field/],
    ['a model that is null', good({ model: null }), /missing or invalid model field/],
    ['a model that is a list', good({ model: ['gpt-4o-mini'] }), /missing or invalid model field/],
    [
      'a model that is an object',
      good({ model: { toString: 'gpt-4o-mini' } }),
      /missing or invalid model field/,
    ],
    ['an unknown model', good({ model: 'gpt-99' }), /^unknown model: gpt-99$/],
    ['a model called __proto__', good({ model: '__proto__' }), /^unknown model: __proto__$/],
    ['a model called constructor', good({ model: 'constructor' }), /^unknown model: constructor$/],
    ['a model with a line break', good({ model: 'a\r\nb' }), /^unknown model: a\uFFFD\uFFFDb$/],
    ['a model of a million letters', good({ model: 'm'.repeat(1_000_000) }), /^unknown model: m{128}$/],
    ['a response in the background', good({ background: true }), /background/],
  ] as const
).map(([what, body, message]) => ({
  what,
  request: post(CHAT, body),
  status: 400,
  type: 'invalid_request_error',
  message,
}));

const ENCODED: readonly Case[] = (
  [
    ['a compressed body', ['Content-Encoding: gzip'], gzipSync(good()), 400],
    ['a body that says it is compressed and is not', ['Content-Encoding: br'], Buffer.from(good()), 400],
    ['two codings', ['Content-Encoding: gzip, gzip'], Buffer.from(good()), 400],
  ] as const
).map(([what, headers, body, status]) => ({
  what,
  request: post(CHAT, body, headers),
  status,
  type: 'invalid_request_error',
  message: /Content-Encoding/,
}));

const TOO_LARGE: readonly Case[] = [
  { what: '11 MB with its length told', request: post(CHAT, ELEVEN_MB) },
  {
    what: '11 MB in chunks',
    request: {
      path: CHAT,
      headers: ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      body: chunked(ELEVEN_MB, 65_536),
    },
  },
  { what: '11 MB that are only announced', request: { path: CHAT, headers: ['Content-Length: 11534336'] } },
  { what: '11 MB to an endpoint that costs nothing', request: post('/proxy/openai/v1/files', ELEVEN_MB) },
  { what: '11 MB by model name', request: post('/v1/chat/completions', ELEVEN_MB) },
].map((one) => ({ ...one, status: 413, type: 'request_too_large', message: /larger than 10 MiB/ }));

const NO_PATH: readonly Case[] = (
  [
    ['an unknown provider', '/proxy/nobody/v1/chat/completions', /unknown provider/],
    ['a provider that is not set up', '/proxy/google/v1/models', /unknown provider/],
    ['a provider in capitals', '/proxy/OpenAI/v1/chat/completions', /unknown provider/],
    ['an encoded provider', '/proxy/open%61i/v1/chat/completions', /unknown provider/],
    ['no provider', '/proxy/', /unknown provider/],
    ['no path', '/proxy/openai', /no path behind/],
    ['an empty path', '/proxy/openai/', /no path behind/],
    ['a path that is all query', '/proxy/openai?/v1/chat/completions', /no path behind/],
  ] as const
).map(([what, path, message]) => ({
  what,
  request: post(path, good()),
  status: 400,
  type: 'invalid_request_error',
  message,
}));

const UNPRICED: readonly Case[] = [
  ...[
    '/v1/images/generations',
    '/v1/audio/speech',
    '/v1/batches',
    '/v1/files/../chat/completions',
    '/v1/files/%2e%2e/chat/completions',
    '/v1/chat/./completions',
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/v1/chat/completions/',
    '/v1/chat/completions;x',
    '/v1/chat/completions%20',
    '/v1/Chat/Completions',
    '/V1/chat/completions',
    '/v1/chat/completions%3Fx',
    '/../v1/chat/completions',
    '/v1/messages/',
  ].map((path) => ({ what: `POST ${path}`, request: post(`/proxy/openai${path}`, good()) })),
  ...['PUT', 'PATCH'].map((method) => ({
    what: `${method} of a chat completion`,
    request: { ...post(CHAT, good()), method },
  })),
].map((one) => ({ ...one, status: 402, type: 'pricing_not_configured', message: /costs is not known/ }));

const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAA',
];

const OTHER_MEANING: readonly Case[] = [
  ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'x-method-override'].map((name) => ({
    what: `a GET that ${name} makes a POST`,
    request: { ...post(CHAT, good(), [`${name}: POST`]), method: 'GET' },
    ...{
      status: 400,
      type: 'invalid_request_error',
      message: /^x-.* is not passed on: send the request with that/,
    },
  })),
  ...['/v1/realtime?model=gpt-4o-realtime-preview', '/v1/responses'].map((path) => ({
    what: `a WebSocket at ${path}`,
    request: { method: 'GET', path: `/proxy/openai${path}`, headers: WEBSOCKET },
    ...{ status: 402, type: 'pricing_not_configured', message: /over a WebSocket .* use the HTTP endpoints/ },
  })),
];

const FOREIGN: readonly Case[] = [
  'Host: evil.example',
  'Host: 127.0.0.1.evil.example',
  'Host: localhost.evil.example:8181',
  'Host: localhost:8181@evil.example',
  'Origin: https://evil.example',
  'Origin: http://localhost.evil.example',
  'Origin: http://127.0.0.1@evil.example',
  'Origin: null',
  'Origin: file://',
].map((header) => ({
  what: header,
  request: post(CHAT, good(), [header]),
  status: 403,
  type: 'access_denied',
  message: /this server/,
}));

const NOWHERE: readonly Case[] = [
  '/v2/chat/completions',
  '/proxy',
  '/proxy%2fopenai/v1/models',
  '/_local/nothing',
].map((path) => ({
  what: path,
  request: post(path, good()),
  status: 404,
  type: 'not_found_error',
  message: /there is nothing at/,
}));

const BY_MODEL: readonly Case[] = [
  {
    what: 'a model nobody offers, by model name',
    request: post('/v1/chat/completions', good({ model: 'gpt-99' })),
    status: 404,
    type: 'not_found_error',
    message: /^model not found locally and no remote server configured$/,
  },
  {
    what: 'a model of another provider’s endpoint',
    request: post('/v1/chat/completions', good({ model: 'claude-sonnet-4-20250514' })),
    status: 404,
    type: 'not_found_error',
    message: /model not found/,
  },
  ...['GET', 'PUT', 'OPTIONS', 'DELETE'].map((method) => ({
    what: `${method} by model name`,
    request: { method, path: '/v1/chat/completions' },
    ...{ status: 400, type: 'invalid_request_error', message: /^\/v1\/chat\/completions takes POST only$/ },
  })),
  {
    what: 'messages that say what a chat cannot',
    request: post('/v1/messages', good({ top_k: 5 })),
    status: 400,
    type: 'invalid_request_error',
    message: /^top_k: /,
  },
];

describe('bad input', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig({ budgetDailyUsd: 100 });
  });
  after(() => rig.close());

  const send = (request: RawHttp): Promise<RawAnswer> => sendRaw(rig.daemon.url, request);
  const errorOf = ({ body }: RawAnswer) =>
    (JSON.parse(body) as { readonly error: { message: string; type: string; code: string } }).error;
  /** Without the spans of earlier calls, which are written when their time has come. */
  const money = () => {
    const { spent, reserved, reservations } = rig.ledger();
    return { spent, reserved, reservations };
  };
  const reachedProvider = async (request: RawHttp): Promise<RawAnswer> => {
    await rig.fake.reset();
    const before = money();
    const answer = await send(request);
    assert.equal((await rig.fake.requests()).length, 0, 'nothing reaches the provider');
    assert.deepEqual(money(), before, 'nothing is charged or held');
    return answer;
  };

  const groups = {
    'in the body': [...BODIES, ...ENCODED],
    'in its size': TOO_LARGE,
    'in what it asks for besides': OTHER_MEANING,
    'in the path': [...NO_PATH, ...UNPRICED, ...NOWHERE, ...BY_MODEL],
    'from elsewhere': FOREIGN,
  };
  for (const [where, cases] of Object.entries(groups)) {
    describe(where, () => {
      for (const { what, request, status, type, message } of cases) {
        it(`${what}: ${status} ${type}`, async () => {
          const answer = await reachedProvider(request);
          assert.equal(answer.status, status, answer.body.slice(0, 300));
          const error = errorOf(answer);
          assert.deepEqual([error.type, error.code], [type, type]);
          assert.match(error.message, message);
          await assertLivesOn(rig);
        });
      }
    });
  }

  describe('on the wire', () => {
    it('a body that breaks off costs nothing', async () => {
      const body = good();
      for (const headers of [withLength(`${body}more`), ['Transfer-Encoding: chunked']]) {
        await reachedProvider({
          path: CHAT,
          headers,
          body: headers.length > 1 ? body : '10\r\n{"model"',
          leaves: true,
        });
        await assertLivesOn(rig);
      }
    });

    it('bytes that are no HTTP are refused', async () => {
      for (const path of ['/ HTTP/9.9\r\nX: ', '/\u0000', 'no-slash']) {
        const answer = await reachedProvider({ path });
        assert.ok([0, 400, 404].includes(answer.status), `${answer.status}`);
        await assertLivesOn(rig);
      }
    });

    it('two lengths that disagree are refused', async () => {
      const headers = ['Content-Length: 5', 'Transfer-Encoding: chunked'];
      assert.equal((await reachedProvider({ path: CHAT, headers, body: '0\r\n\r\n' })).status, 400);
      await assertLivesOn(rig);
    });

    it('headers beyond all measure are refused', async () => {
      const answer = await reachedProvider(post(CHAT, good(), [`X-Long: ${'x'.repeat(100_000)}`]));
      // Node answers 431 and closes; a client that is still sending may see only the latter.
      assert.ok([0, 431].includes(answer.status), `${answer.status}`);
      await assertLivesOn(rig);
    });

    /** One packet with the letter that POST and the HTTP/2 preface both begin with used to stop the whole process. */
    it('connections that stop in the middle of their first word harm nobody', async () => {
      const { hostname, port } = new URL(rig.daemon.url);
      const waiting = Array.from({ length: 3 }, () => connect(Number(port), hostname));
      await Promise.all(
        waiting.map(async (socket, index) => {
          await once(socket, 'connect');
          socket.write(['P', 'PR', 'POS'][index] ?? '');
        }),
      );
      await assertLivesOn(rig);
      for (const socket of waiting) socket.destroy();
    });

    it('a connection that says nothing, or leaves, harms nobody', async () => {
      await Promise.all(Array.from({ length: 50 }, () => reset(rig.daemon.url)));
      await assertLivesOn(rig);
    });
  });

  it('leaves no prompt, key or stack trace in the log', () => {
    assert.doesNotMatch(rig.daemon.log(), /sk-secret|xxxxxxxxxx|"level":"error"|"level":"fatal"/);
  });
});

/** Connects, says half a word, and resets the connection. */
function reset(origin: string): Promise<void> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write('PO', () => socket.resetAndDestroy());
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}
