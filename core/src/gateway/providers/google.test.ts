import assert from 'node:assert/strict';
import type { AccessTokens } from '../credentials/access-tokens.ts';
import { Refusal } from '../errors.ts';
import type { JsonObject } from '../wire/json-shape.ts';
import { createGeminiOai } from './gemini-oai.ts';
import { createGoogle } from './google.ts';
import type { LlmRequest, OutgoingCall, Provider, ProviderSettings } from './provider.ts';

const googleTokens: AccessTokens = { get: () => Promise.resolve('ya29.own') };
const vertexAi = { projectId: 'acme', region: 'europe-west1' };

const GEMINI = '/v1beta/models/gemini-2.5-flash';
const VERTEX = '/projects/acme/locations/europe-west1/publishers/google/models/gemini-2.5-flash';

const requestAt = (path: string, json: JsonObject = {}): LlmRequest => ({
  path,
  model: 'gemini-2.5-flash',
  body: Buffer.from(JSON.stringify(json)),
  json,
  isStream: json['stream'] === true,
});

/** The call as it leaves. */
const sent = async (
  provider: Provider,
  pathAndQuery: string,
  { headers = [], json = {} }: { readonly headers?: readonly string[]; readonly json?: JsonObject } = {},
): Promise<OutgoingCall> => {
  const [path = ''] = pathAndQuery.split('?');
  const request = requestAt(path, json);
  const outgoing: OutgoingCall = { path: pathAndQuery, headers: [...headers], body: request.body };
  if (provider.operationOf('POST', path).kind === 'llm') provider.prepare(request, outgoing, 1000);
  else provider.prepareUtility?.(outgoing);
  await provider.authenticate(outgoing);
  return outgoing;
};

const kindsOf = (provider: Provider, calls: readonly string[]): string[] =>
  calls.map((call) => {
    const [method = '', path = ''] = call.split(' ');
    return provider.operationOf(method, path).kind;
  });

describe('provider google', () => {
  const gemini = createGoogle({ googleTokens });
  const keyed = createGoogle({ googleTokens, apiKey: 'configured', vertexAi });
  const vertex = createGoogle({ googleTokens, vertexAi });

  it('knows what asks a model, what is free, and what it cannot price', () => {
    const llm = ['generateContent', 'streamGenerateContent', 'embedContent', 'batchEmbedContents'];
    assert.deepEqual(
      new Set(
        kindsOf(
          gemini,
          llm.map((method) => `POST ${GEMINI}:${method}`),
        ),
      ),
      new Set(['llm']),
    );
    const free = [
      `POST ${GEMINI}:countTokens`,
      `GET ${GEMINI}`,
      'GET /v1beta/models',
      'POST /v1beta/files',
      'POST /upload/v1beta/files',
      'POST /v1beta/batches/b-1:cancel',
      'DELETE /v1beta/files/1',
    ];
    assert.deepEqual(new Set(kindsOf(gemini, free)), new Set(['utility']));
    const unpriced = [
      'POST /v1beta/models/imagen-4.0:predict',
      'POST /v1beta/models/veo-3:predictLongRunning',
      `POST ${GEMINI}:batchGenerateContent`,
      `POST ${GEMINI}:asyncBatchEmbedContent`,
      `POST ${GEMINI}:constructor`,
      `POST ${GEMINI}:GenerateContent`,
      `GET ${GEMINI}:generateContent`,
      `PUT ${GEMINI}:generateContent`,
      'POST /v1beta/cachedContents',
      'PATCH /v1beta/cachedContents/1',
      'POST /v1beta/interactions',
      'POST /v1beta/tunedModels/mine:generateContent',
      'POST /v1beta/models/a%2Fb:generateContent',
      'POST /v1/chat/completions',
      'OPTIONS /v1beta/models',
    ];
    assert.deepEqual(new Set(kindsOf(gemini, unpriced)), new Set(['unpriced']));
  });

  it('finds model and stream in the path', () => {
    assert.deepEqual(gemini.askedInPath?.(`${GEMINI}:streamGenerateContent`), {
      model: 'gemini-2.5-flash',
      isStream: true,
    });
    assert.deepEqual(gemini.askedInPath?.(`/v1beta1${VERTEX}:generateContent`), {
      model: 'gemini-2.5-flash',
      isStream: false,
    });
    assert.equal(gemini.askedInPath?.('/v1beta/models'), undefined);
  });

  it('lets the client’s own credentials through, the key in the query to the byte', async () => {
    const byQuery = `${GEMINI}:streamGenerateContent?key=AIza%2Bx&alt=sse`;
    assert.deepEqual((await sent(gemini, byQuery)).headers, []);
    assert.equal((await sent(gemini, byQuery)).path, byQuery);
    for (const headers of [
      ['X-Goog-Api-Key', 'k'],
      ['Authorization', 'Bearer theirs'],
    ]) {
      assert.deepEqual((await sent(gemini, `${GEMINI}:countTokens`, { headers })).headers, headers);
    }
  });

  it('uses Candela’s own account where the client sent none', async () => {
    assert.deepEqual((await sent(gemini, `${GEMINI}:generateContent`)).headers, [
      ...['authorization', 'Bearer ya29.own'],
    ]);
    assert.deepEqual((await sent(createGoogle({}), `${GEMINI}:generateContent`)).headers, []);
  });

  it('puts a configured key in the place of any other, and asks the Gemini API with it', async () => {
    const headers = ['X-Goog-Api-Key', 'theirs', 'authorization', 'Bearer theirs'];
    const outgoing = await sent(keyed, `${GEMINI}:generateContent?key=theirs&alt=json`, { headers });
    assert.equal(outgoing.path, `${GEMINI}:generateContent?alt=json`);
    assert.deepEqual(outgoing.headers, ['x-goog-api-key', 'configured']);
    assert.equal(keyed.upstream.origin, 'https://generativelanguage.googleapis.com');
  });

  it('asks Vertex AI where a project is configured, in its own form and with its own account', async () => {
    assert.equal(vertex.upstream.origin, 'https://europe-west1-aiplatform.googleapis.com');
    const asked = {
      [`${GEMINI}:generateContent?key=theirs`]: `/v1beta1${VERTEX}:generateContent`,
      [`${GEMINI}:streamGenerateContent?alt=sse&key=x`]: `/v1beta1${VERTEX}:streamGenerateContent?alt=sse`,
      '/v1/models/gemini-2.5-flash:countTokens': `/v1${VERTEX}:countTokens`,
      '/v1/projects/other/locations/us/publishers/google/models/gemini-2.5-flash:generateContent': `/v1${VERTEX}:generateContent`,
    };
    for (const [from, to] of Object.entries(asked)) {
      const headers = ['x-goog-api-key', 'theirs', 'Authorization', 'Bearer theirs'];
      const outgoing = await sent(vertex, from, { headers });
      assert.deepEqual([outgoing.path, outgoing.headers], [to, ['authorization', 'Bearer ya29.own']]);
    }
  });

  it('opens nothing else of the project to whoever may call a model', async () => {
    for (const path of [
      '/v1beta/models',
      '/v1/projects/acme/locations/europe-west1/endpoints',
      '/v1/projects/acme/locations/europe-west1/cachedContents/1',
      '/v1beta/files',
    ]) {
      await assert.rejects(sent(vertex, path), (cause) => (cause as Refusal).type === 'not_found_error');
    }
  });

  it('says what is missing when a client asks for Vertex AI and there is none', async () => {
    await assert.rejects(sent(gemini, `/v1${VERTEX}:generateContent`), /set vertex_ai\.project_id/);
    assert.throws(() => createGoogle({ vertexAi }), /google.*Google credentials/);
  });

  it('refuses an answer that its price could not be read from', async () => {
    const queries = ['fields=candidates', '%24fields=x', 'alt=proto', 'alt=json&alt=media', 'callback=f'];
    for (const query of queries) {
      await assert.rejects(sent(gemini, `${GEMINI}:generateContent?${query}`), Refusal, query);
    }
    const headers = ['X-Goog-FieldMask', 'candidates'];
    await assert.rejects(sent(gemini, `${GEMINI}:generateContent`, { headers }), Refusal);
    for (const query of ['alt=sse', 'alt=json', '$alt=SSE', 'prettyPrint=false', 'key=k']) {
      assert.equal((await sent(gemini, `${GEMINI}:generateContent?${query}`)).path.endsWith(query), true);
    }
  });
});

describe('provider gemini-oai', () => {
  const create = (settings: ProviderSettings = {}): Provider =>
    createGeminiOai({ googleTokens, ...settings });
  const CHAT = { model: 'gemini-2.5-flash', messages: [] };

  it('answers Google’s own path and OpenAI’s, and knows what it cannot price', () => {
    const llm = ['/v1beta/openai/chat/completions', '/v1/chat/completions', '/v1/embeddings'];
    assert.deepEqual(
      new Set(
        kindsOf(
          create(),
          llm.map((path) => `POST ${path}`),
        ),
      ),
      new Set(['llm']),
    );
    const free = ['GET /v1beta/openai/models', 'POST /v1/files', 'POST /v1beta/openai/batches/b-1/cancel'];
    assert.deepEqual(new Set(kindsOf(create(), free)), new Set(['utility']));
    const unpriced = [
      'POST /v1/images/generations',
      'POST /v1beta/openai/batches',
      'POST /v1/responses',
      'POST /v1beta/models/gemini-2.5-flash:generateContent',
      'GET /v1beta/models',
      'GET /v1/../v1beta/models',
    ];
    assert.deepEqual(new Set(kindsOf(create(), unpriced)), new Set(['unpriced']));
  });

  it('asks the Gemini API with the client’s key, the configured one, or its own account', async () => {
    const headers = ['Authorization', 'Bearer theirs'];
    const theirs = await sent(create(), '/v1/chat/completions', { headers, json: CHAT });
    assert.deepEqual([theirs.path, theirs.headers], ['/v1beta/openai/chat/completions', headers]);
    const keyed = await sent(create({ apiKey: 'k', vertexAi }), '/v1/chat/completions?key=x', {
      headers: [...headers, 'X-Goog-Api-Key', 'theirs too'],
      json: CHAT,
    });
    assert.deepEqual(
      [keyed.path, keyed.headers],
      ['/v1beta/openai/chat/completions', ['authorization', 'Bearer k']],
    );
    const own = await sent(create(), '/v1beta/openai/embeddings', { json: CHAT });
    assert.deepEqual(own.headers, ['authorization', 'Bearer ya29.own']);
  });

  it('asks Vertex AI where a project is configured, and names the publisher', async () => {
    const outgoing = await sent(create({ vertexAi }), '/v1/chat/completions', { json: CHAT });
    assert.equal(
      outgoing.path,
      '/v1/projects/acme/locations/europe-west1/endpoints/openapi/chat/completions',
    );
    assert.equal(outgoing.body.toString(), '{"model":"google/gemini-2.5-flash","messages":[]}');
    await assert.rejects(sent(create({ vertexAi }), '/v1/models'), Refusal);
  });

  it('asks for the usage of a stream', async () => {
    const outgoing = await sent(create(), '/v1/chat/completions', { json: { ...CHAT, stream: true } });
    assert.match(outgoing.body.toString(), /"stream_options":\{"include_usage":true\}/);
    assert.ok(outgoing.rewriter);
    assert.equal((await sent(create(), '/v1/chat/completions', { json: CHAT })).rewriter, undefined);
  });
});
