import { type Call, planCall } from '../provider/call.ts';
import type { JsonObject } from '../provider/json.ts';
import { isJsonObject, objectsIn } from '../provider/json.ts';
import { openaiChat } from '../provider/openai-chat.ts';
import { openaiEmbeddings } from '../provider/openai-embeddings.ts';
import { dataEvent, jsonReply, type Reply } from '../provider/reply.ts';
import { GOOGLE_HEADERS, googleRefusal } from './gemini-errors.ts';

const ENDPOINTS = new Map([
  ['chat/completions', openaiChat],
  ['embeddings', openaiEmbeddings],
]);

/**
 * Gemini's answers in OpenAI's format: https://ai.google.dev/gemini-api/docs/openai
 *
 * Where it differs from OpenAI: thoughts are in the total and not in `completion_tokens`, and a stream that was
 * asked for its usage tells it in every chunk, beside the choices, and in none of its own.
 *
 * @returns undefined for an endpoint that is not there.
 * @throws DirectiveError
 */
export function geminiOaiAnswer(
  endpointName: string,
  body: JsonObject,
): { readonly call: Call; readonly reply: Reply } | undefined {
  const endpoint = ENDPOINTS.get(endpointName);
  if (endpoint === undefined) return undefined;
  const prompt = endpoint.prompt(body);
  const call = planCall(endpointName, body, prompt, endpoint.outputCap(body), { faults: [], usage: {} });
  if (missesSignature(body)) {
    const why = 'Function call is missing a thought_signature in functionCall parts.';
    return { call, reply: googleRefusal(400, why) };
  }
  const reply = endpoint.answer(call);
  return { call, reply: reply.streamed ? asGeminiStreams(call, reply) : asGeminiAnswers(call, reply) };
}

/** Gemini 3 wants the first of its calls of tools back signed: https://ai.google.dev/gemini-api/docs/thought-signatures */
function missesSignature(body: JsonObject): boolean {
  if (!String(body['model']).startsWith('gemini-3')) return false;
  return objectsIn(body['messages']).some((message) => {
    const [first] = objectsIn(message['tool_calls']);
    return (
      first !== undefined && !JSON.stringify(first['extra_content'] ?? '').includes('"thought_signature":"')
    );
  });
}

function asGeminiAnswers(call: Call, reply: Reply): Reply {
  const answer = JSON.parse(Buffer.concat(reply.parts).toString('utf8')) as JsonObject;
  if (isJsonObject(answer['usage'])) answer['usage'] = usageOf(call);
  return jsonReply(reply.status, GOOGLE_HEADERS, answer);
}

function asGeminiStreams(call: Call, reply: Reply): Reply {
  const isAsked =
    isJsonObject(call.body['stream_options']) && call.body['stream_options']['include_usage'] === true;
  const parts = reply.parts.flatMap((part) => {
    const data = part.toString('utf8').slice('data: '.length).trimEnd();
    if (data === '[DONE]') return [part];
    const { usage: _, ...chunk } = JSON.parse(data) as JsonObject;
    if (Array.isArray(chunk['choices']) && chunk['choices'].length === 0) return [];
    const told = isAsked && !call.omitUsage ? { usage: usageOf(call) } : {};
    return [Buffer.from(dataEvent({ ...chunk, ...told }))];
  });
  return { ...reply, headers: [['Content-Type', 'text/event-stream'], ...GOOGLE_HEADERS], parts };
}

function usageOf({ counts }: Call): object {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = counts;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens - reasoningTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedTokens > 0 ? { prompt_tokens_details: { cached_tokens: cachedTokens } } : {}),
  };
}
