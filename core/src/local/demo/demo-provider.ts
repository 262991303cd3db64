import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../../gateway/gates/body.ts';
import { createOpenAi } from '../../gateway/providers/openai.ts';
import type { Provider } from '../../gateway/providers/provider.ts';
import { isObject, objectsAt, stringAt, type JsonObject } from '../../gateway/wire/json-shape.ts';
import { sendJson } from '../../gateway/wire/send-json.ts';
import type { PriceOverride } from '../../pricing/index.ts';

export const DEMO_MODEL = 'demo-1';

/** What the demo pretends to cost, so that there is a figure to see. */
export const DEMO_PRICE: PriceOverride = {
  provider: 'demo',
  model: DEMO_MODEL,
  input_per_million: 3,
  output_per_million: 15,
};

const ANSWER =
  'This is the demo provider of Candela. No model was asked and nothing left your machine; the price is made up. ' +
  'Everything else is real: this call passed the gates, was charged to your budget and left a trace.';

/**
 * A provider for whoever has no key yet: it runs in this process on a port of its own, speaks OpenAI's chat API,
 * and says what it is.
 */
export async function startDemoProvider(): Promise<{ readonly provider: Provider; close(): void }> {
  const server = createServer((req, res) => void answer(req, res));
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    provider: createOpenAi(
      { upstream: `http://127.0.0.1:${port}`, models: [DEMO_MODEL] },
      'demo',
      'candela.demo',
    ),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const request: unknown = await readBody(req).then(
    (body) => JSON.parse(body.toString('utf8')) as unknown,
    () => undefined,
  );
  if (req.method !== 'POST' || req.url !== '/v1/chat/completions' || !isObject(request)) {
    sendJson(res, 404, {
      error: { message: 'the demo provider answers chat completions only', type: 'not_found_error' },
    });
    return;
  }
  const usage = usageOf(request);
  if (request['stream'] === true) stream(res, usage);
  else {
    sendJson(res, 200, {
      ...frame('chat.completion'),
      choices: [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }],
      usage,
    });
  }
}

function stream(res: ServerResponse, usage: object): void {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const send = (choices: readonly object[], more: object): void => {
    res.write(`data: ${JSON.stringify({ ...frame('chat.completion.chunk'), choices, ...more })}\n\n`);
  };
  for (const word of ANSWER.split(/(?<= )/)) {
    send([{ index: 0, delta: { content: word }, finish_reason: null }], { usage: null });
  }
  send([{ index: 0, delta: {}, finish_reason: 'stop' }], { usage: null });
  send([], { usage });
  res.end('data: [DONE]\n\n');
}

function frame(object: string): object {
  return { id: 'chatcmpl-demo', object, created: Math.floor(Date.now() / 1000), model: DEMO_MODEL };
}

/** Tokens as a model might count them: about four characters each. */
function usageOf(request: JsonObject): object {
  const asked = objectsAt(request, 'messages').map((message) => stringAt(message, 'content') ?? '');
  const promptTokens = Math.max(1, Math.ceil(asked.join('\n').length / 4));
  const completionTokens = Math.ceil(ANSWER.length / 4);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}
