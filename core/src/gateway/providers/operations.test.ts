import assert from 'node:assert/strict';
import { createAnthropicDirect } from './anthropic-direct.ts';
import { createLocal } from './local.ts';
import { createOpenAi } from './openai.ts';
import type { LlmRequest, OutgoingCall, Provider } from './provider.ts';

const openai = createOpenAi({});
const anthropic = createAnthropicDirect({});

const kindsOf = (provider: Provider, method: string, paths: readonly string[]): string[] =>
  paths.map((path) => provider.operationOf(method, path).kind);
const requestWith = (json: Record<string, unknown>, path = '/v1/chat/completions'): LlmRequest => ({
  ...{ path, json, model: 'gpt-4o-mini', body: Buffer.from(JSON.stringify(json)) },
  isStream: json['stream'] === true,
});
const prepared = (json: Record<string, unknown>, path?: string): OutgoingCall => {
  const request = requestWith(json, path);
  const outgoing: OutgoingCall = {
    path: request.path,
    headers: ['Accept-Encoding', 'gzip'],
    body: request.body,
  };
  openai.prepare(request, outgoing, 1000);
  return outgoing;
};

describe('what a request asks of a provider', () => {
  it('OpenAI: a model, something free, or something whose price is not known', () => {
    assert.deepEqual(
      kindsOf(openai, 'POST', [
        ...['/v1/chat/completions', '/v1/responses', '/v1/completions', '/v1/embeddings'],
        '/v1/responses/compact',
      ]),
      ['llm', 'llm', 'llm', 'llm', 'llm'],
    );
    const free = [
      '/v1/moderations',
      '/v1/files',
      '/v1/uploads',
      '/v1/uploads/up_1/parts',
      '/v1/responses/r_1/cancel',
      '/v1/responses/input_tokens',
    ];
    assert.deepEqual(new Set(kindsOf(openai, 'POST', free)), new Set(['utility']));
    const paid = [
      ...[
        '/v1/images/generations',
        '/v1/audio/speech',
        '/v1/batches/',
        '/v1/batches/b_1/cancel/',
        '/v1/fine_tuning/jobs',
        '/v1/assistants',
      ],
      ...[
        '/v1/threads/t_1/runs',
        '/v1/files/',
        '/v1/files/x',
        '/v1/moderations/..',
        '/v1/uploads/a/b/c',
        '/',
        '',
      ],
      ...['/constructor', '/__proto__', '/v1/chat/completions/', '/v1/chat/completions\n', '/v1/files\n'],
    ];
    assert.deepEqual(new Set(kindsOf(openai, 'POST', paid)), new Set(['unpriced']));
    for (const method of ['GET', 'HEAD', 'DELETE'])
      assert.deepEqual(kindsOf(openai, method, ['/v1/models']), ['utility']);
    for (const method of ['PUT', 'PATCH', 'OPTIONS', 'post', '']) {
      assert.deepEqual(kindsOf(openai, method, ['/v1/chat/completions']), ['unpriced']);
    }
  });

  it('Anthropic: messages cost, counting them does not', () => {
    assert.deepEqual(
      kindsOf(anthropic, 'POST', [
        ...['/v1/messages', '/v1/messages/count_tokens', '/v1/files'],
        ...['/v1/messages/batches/', '/v1/complete', '/v1/messages/', '/v1/messages/count_tokens/'],
      ]),
      ['llm', 'utility', 'utility', 'unpriced', 'unpriced', 'unpriced', 'unpriced'],
    );
    assert.deepEqual(kindsOf(anthropic, 'GET', ['/v1/models']), ['utility']);
  });

  it('batches: to create one, to be told of it, to have its results', () => {
    const stepsOf = (provider: Provider, calls: readonly string[]) =>
      calls.map((call) => {
        const [method = '', path = ''] = call.split(' ');
        const operation = provider.operationOf(method, path);
        return operation.kind === 'batch' ? operation.step : operation.kind;
      });
    assert.deepEqual(
      stepsOf(openai, [
        ...['POST /v1/batches', 'GET /v1/batches', 'GET /v1/batches/b_1', 'POST /v1/batches/b_1/cancel'],
        ...[
          'GET /v1/files/f-1/content',
          'GET //v1/files/f-1/%63ontent/',
          'GET /v1/files/f-1',
          'HEAD /v1/batches',
        ],
      ]),
      [
        { does: 'create' },
        ...Array.from({ length: 3 }, () => ({ does: 'tell' })),
        ...Array.from({ length: 2 }, () => ({ does: 'results', resultsId: 'f-1' })),
        ...['utility', 'utility'],
      ],
    );
    const root = '/v1/messages/batches';
    assert.deepEqual(
      stepsOf(anthropic, [
        ...[`POST ${root}`, `GET ${root}`, `GET ${root}/m_1`, `POST ${root}/m_1/cancel`],
        ...[`GET ${root}/m_1/results`, `GET /v1/../v1/messages/batches/m_1/results/`, `DELETE ${root}/m_1`],
      ]),
      [
        { does: 'create' },
        ...Array.from({ length: 3 }, () => ({ does: 'tell' })),
        ...Array.from({ length: 2 }, () => ({ does: 'results', resultsId: 'm_1' })),
        'utility',
      ],
    );
    const local = createLocal({});
    assert.deepEqual(kindsOf(local, 'POST', ['/v1/batches']), ['utility']);
    assert.deepEqual(kindsOf(local, 'GET', ['/v1/files/f-1/content']), ['utility']);
  });

  it('puts the configured key in the place of whatever the client sent', async () => {
    const outgoing = (): OutgoingCall => ({
      ...{ path: '/', body: Buffer.alloc(0) },
      headers: ['Authorization', 'Bearer theirs', 'X-Api-Key', 'theirs', 'accept', '*/*'],
    });
    const ours = outgoing();
    await createAnthropicDirect({ apiKey: 'ours' }).authenticate(ours);
    assert.deepEqual(ours.headers, ['accept', '*/*', 'x-api-key', 'ours']);
    const bearer = outgoing();
    await createOpenAi({ apiKey: 'ours' }).authenticate(bearer);
    assert.equal(bearer.headers.join().includes('Bearer theirs'), false);
    assert.equal(bearer.headers.join().includes('Bearer ours'), true);
    const untouched = outgoing();
    await openai.authenticate(untouched);
    assert.deepEqual(untouched, outgoing());
  });

  it('knows the longest time a request can keep input in a cache', () => {
    const of = (body: string) =>
      anthropic.cacheWritesOf({ path: '/v1/messages', headers: [], body: Buffer.from(body) });
    assert.equal(of('{"messages":[]}'), 'none');
    assert.equal(of('{"system":[{"cache_control":{"type":"ephemeral"}}]}'), '5m');
    assert.equal(of('{"system":[{"cache_control":{"type":"ephemeral","ttl":"1h"}}]}'), '1h');
  });

  it('knows it too of names that are written with escapes', () => {
    const of = (body: string) =>
      anthropic.cacheWritesOf({ path: '/v1/messages', headers: [], body: Buffer.from(body) });
    assert.equal(of('{"cache\\u005fcontrol":{"ttl":"1\\u0068"}}'), '1h');
    assert.equal(of('{"text":"caf\\u00e9 \\\\u0061 \\u003c"}'), 'none');
  });
});

describe('asking a stream for its usage', () => {
  it('adds the question and changes nothing else, to the byte', () => {
    const { body, rewriter, headers } = prepared({ stream: true, n: 1 });
    assert.equal(body.toString(), '{"stream_options":{"include_usage":true},"stream":true,"n":1}');
    assert.notEqual(rewriter, undefined);
    assert.deepEqual(headers, ['accept-encoding', 'identity']);
  });

  it('keeps what else the client asks of its stream', () => {
    const { body } = prepared({
      stream: true,
      stream_options: { include_usage: false, include_obfuscation: false },
    });
    assert.deepEqual(JSON.parse(body.toString()), {
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    });
  });

  it('does nothing where the client asks itself, where nothing streams, and where it is told anyway', () => {
    for (const [json, path] of [
      [{ stream: true, stream_options: { include_usage: true } }, '/v1/chat/completions'],
      [{ stream: false }, '/v1/chat/completions'],
      [{ stream: true }, '/v1/responses'],
    ] as const) {
      const { body, rewriter, headers } = prepared(json, path);
      assert.deepEqual(
        [body.toString(), rewriter, headers],
        [JSON.stringify(json), undefined, ['Accept-Encoding', 'gzip']],
      );
    }
  });

  it('refuses a response in the background', () => {
    assert.throws(() => prepared({ background: true }, '/v1/responses'), { type: 'invalid_request_error' });
  });
});
