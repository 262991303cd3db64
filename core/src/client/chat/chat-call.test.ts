import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChatFailure } from './chat-failure.ts';
import type { ChatEvent } from './chat-answer.ts';
import { streamChat } from './chat-call.ts';
import { chatHeaders } from './chat-headers.ts';
import { listChatModels, offeredModels } from './chat-models.ts';
import type { ChatRequest } from './chat-request.ts';

const REQUEST: ChatRequest = {
  model: 'gpt-4o',
  provider: 'openai',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
  tools: [],
  toolChoice: 'auto',
  maxOutputTokens: 100,
};

const delta = (content: object, finishReason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: content, finish_reason: finishReason }] })}\n\n`;
const DONE = 'data: [DONE]\n\n';

describe('a chat through the daemon', () => {
  let server: Server;
  let baseUrl: string;
  let answer: (req: IncomingMessage, res: ServerResponse) => void;
  let asked: { headers: IncomingMessage['headers']; body: Record<string, unknown> };

  before(async () => {
    const hear = async (req: IncomingMessage, res: ServerResponse) => {
      const chunks = (await req.toArray()) as Buffer[];
      const text = Buffer.concat(chunks).toString('utf8');
      asked = {
        headers: req.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      answer(req, res);
    };
    server = createServer((req, res) => void hear(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const chat = async (request: Partial<ChatRequest> = {}) => {
    const events: ChatEvent[] = [];
    const options = { baseUrl, headers: { 'x-test': '1' }, signal: new AbortController().signal };
    for await (const event of streamChat({ ...REQUEST, ...request }, options)) events.push(event);
    return events;
  };
  const stream = (text: string) => {
    answer = (_req, res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  };
  const status = (code: number, body: string, headers: Record<string, string> = {}) => {
    answer = (_req, res) => res.writeHead(code, headers).end(body);
  };
  const failure = async (promise: Promise<unknown>) => {
    const error: unknown = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ChatFailure, String(error));
    return error;
  };

  it('streams text, however the bytes are cut', async () => {
    const bytes = Buffer.from(
      delta({ role: 'assistant' }) + delta({ content: 'Grüß 🔥' }) + delta({}, 'stop') + DONE,
    );
    answer = (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      void (async () => {
        for (const byte of bytes) {
          res.write(Buffer.of(byte));
          await new Promise(setImmediate);
        }
        res.end();
      })();
    };
    assert.deepEqual(await chat(), [{ kind: 'text', text: 'Grüß 🔥' }]);
    assert.equal(asked.headers['x-test'], '1');
  });

  it('puts tool calls together from their pieces, after the text', async () => {
    const piece = (index: number, call: object) => delta({ tool_calls: [{ index, ...call }] });
    stream(
      delta({ content: 'Looking.' }) +
        piece(0, { id: 'a', function: { name: 'read', arguments: '{"path":' } }) +
        piece(1, { id: 'b', function: { name: 'now', arguments: '' } }) +
        piece(0, { function: { arguments: '"x"}' } }) +
        delta({}, 'tool_calls') +
        DONE,
    );
    assert.deepEqual(await chat(), [
      { kind: 'text', text: 'Looking.' },
      { kind: 'toolCall', callId: 'a', name: 'read', input: { path: 'x' } },
      { kind: 'toolCall', callId: 'b', name: 'now', input: {} },
    ]);
  });

  it('asks in OpenAI’s format: roles, tools, results, pictures', async () => {
    stream(delta({ content: 'ok' }, 'stop') + DONE);
    await chat({
      messages: [
        { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'What is it?' },
            { kind: 'image', mediaType: 'image/png', base64: 'AAAA' },
          ],
        },
        { role: 'assistant', parts: [{ kind: 'toolCall', callId: 'a', name: 'look', input: { n: 1 } }] },
        {
          role: 'user',
          parts: [
            { kind: 'toolResult', callId: 'a', text: 'a candle' },
            { kind: 'text', text: 'So?' },
          ],
        },
      ],
      tools: [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object' } }],
      toolChoice: 'required',
      modelOptions: { temperature: 0, model: 'another' },
    });
    assert.deepEqual(asked.body, {
      temperature: 0,
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{"n":1}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'a candle' },
        { role: 'user', content: 'So?' },
      ],
      tools: [
        {
          type: 'function',
          function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } },
        },
      ],
      tool_choice: 'required',
      max_completion_tokens: 100,
      stream: true,
    });
    await chat({ provider: 'local' });
    const { max_tokens: limit, max_completion_tokens: other } = asked.body as Record<string, unknown>;
    assert.deepEqual([limit, other], [100, undefined]);
  });

  it('says what each refusal means', async () => {
    const refusal = (type: string) =>
      JSON.stringify({ error: { message: `${type} it is`, type, code: type } });
    const cases = [
      [401, refusal('invalid_api_key'), 'keyNeeded', /openai did not accept the key .*Set Provider Key/],
      [
        402,
        refusal('insufficient_budget'),
        'blocked',
        /^Candela did not send this: insufficient_budget it is$/,
      ],
      [403, refusal('access_denied'), 'forbidden', /access_denied it is/],
      [404, '{"error":"no such model"}', 'notFound', /^no such model \(HTTP 404\)$/],
      [400, '{"error":{"message":"unknown model: x"}}', 'notFound', /unknown model: x/],
      [400, '{"error":{"message":"bad field"}}', 'failed', /bad field/],
      [502, '<html>', 'failed', /^<html> \(HTTP 502\)$/],
      [500, '', 'failed', /no reason given/],
    ] as const;
    for (const [code, body, kind, message] of cases) {
      status(code, body);
      const error = await failure(chat());
      assert.equal(error.kind, kind, body);
      assert.match(error.message, message);
    }
    status(429, refusal('rate_limit_exceeded'), { 'retry-after': '7' });
    assert.match((await failure(chat())).message, /Try again in 7 s/);
  });

  it('does not take half an answer for a whole one', async () => {
    stream(delta({ content: 'Hal' }));
    assert.match((await failure(chat())).message, /cut short/);
    answer = (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(delta({ content: 'Hal' }), () => res.destroy());
    };
    assert.match((await failure(chat())).message, /cut short/);
    stream(`${delta({ content: 'Hal' })}data: {"error":{"message":"overloaded"}}\n\n`);
    assert.match((await failure(chat())).message, /overloaded/);
    stream(
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] }, 'tool_calls'),
    );
    assert.match((await failure(chat())).message, /tool f with an input that is not JSON/);
  });

  it('says that nothing answers', async () => {
    const nowhere = streamChat(REQUEST, {
      baseUrl: 'http://127.0.0.1:1',
      headers: {},
      signal: new AbortController().signal,
    });
    const error = await failure(nowhere.next());
    assert.deepEqual([error.kind, /127\.0\.0\.1:1/.test(error.message)], ['unreachable', true]);
  });

  it('ends the connection when it is aborted, or when nobody reads on', async () => {
    const begin = () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      answer = (_req, res) => {
        res.once('close', resolve);
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(delta({ content: 'One' }));
      };
      return promise;
    };
    const abort = new AbortController();
    let closed = begin();
    const events = streamChat(REQUEST, { baseUrl, headers: {}, signal: abort.signal });
    await events.next();
    abort.abort();
    await assert.rejects(events.next(), { name: 'AbortError' });
    await closed;

    closed = begin();
    const seen: ChatEvent[] = [];
    const options = { baseUrl, headers: {}, signal: new AbortController().signal };
    for await (const event of streamChat(REQUEST, options)) {
      seen.push(event);
      break;
    }
    await closed;
    assert.equal(seen.length, 1);
  });

  it('lists the models that can chat, with a window for question and answer', async () => {
    const entry = (id: string, more: object = {}) => ({
      id,
      owned_by: 'openai',
      type: 'llm',
      max_context_length: 128_000,
      ...more,
    });
    status(
      200,
      JSON.stringify({
        data: [
          entry('gpt-4o'),
          entry('tiny', { owned_by: 'local', max_context_length: 8_192, type: 'vlm' }),
          entry('text-embedding-3-small', { type: 'embeddings' }),
          entry('gpt-4o-realtime-preview'),
          entry('gpt-image-1'),
          entry('claude-opus-4', { owned_by: 'anthropic-direct' }),
          { id: 7 },
        ],
      }),
    );
    const models = await listChatModels({ baseUrl, signal: new AbortController().signal });
    assert.deepEqual(models, [
      {
        id: 'gpt-4o',
        provider: 'openai',
        maxInputTokens: 111_616,
        maxOutputTokens: 16_384,
        takesImages: false,
      },
      { id: 'tiny', provider: 'local', maxInputTokens: 6_144, maxOutputTokens: 2_048, takesImages: true },
    ]);
    status(200, '[]');
    assert.match(
      (await failure(listChatModels({ baseUrl, signal: AbortSignal.timeout(5_000) }))).message,
      /not Candela/,
    );
  });
});

describe('offeredModels', () => {
  const model = (id: string) => ({
    id,
    provider: 'openai',
    maxInputTokens: 1,
    maxOutputTokens: 1,
    takesImages: false,
  });
  const all = ['gpt-4o', 'gpt-4o-2024-11-20', 'gpt-4-0125-preview', 'gpt-4', 'o1-20250101', 'gpt-4.1'].map(
    model,
  );
  const offered = (...patterns: string[]) => offeredModels(all, patterns).map(({ id }) => id);

  it('leaves out dated editions of a model that is there without a date', () => {
    assert.deepEqual(offered(), ['gpt-4o', 'gpt-4', 'o1-20250101', 'gpt-4.1']);
  });

  it('takes the user’s word, dated or not', () => {
    assert.deepEqual(offered('gpt-4o*'), ['gpt-4o', 'gpt-4o-2024-11-20']);
    assert.deepEqual(offered('openai/gpt-4'), ['gpt-4']);
    assert.deepEqual(offered('GPT-4.1', 'o1*'), ['o1-20250101', 'gpt-4.1']);
    assert.deepEqual(offered('gpt-4+1', '(', '['), []);
  });
});

describe('chatHeaders', () => {
  it('carries labels and the session, and nothing where there is nothing', () => {
    assert.deepEqual(chatHeaders({ labels: { editor: 'vscode', branch: 'a,b' }, sessionId: 'a1/b 2' }), {
      'x-candela-labels': 'editor=vscode,branch=a%2Cb',
      'x-session-id': 'a1b2',
    });
    assert.deepEqual(chatHeaders({ labels: {} }), {});
  });
});
