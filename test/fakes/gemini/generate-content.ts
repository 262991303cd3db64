import { type Call, planCall } from '../provider/call.ts';
import type { JsonObject } from '../provider/json.ts';
import { isJsonObject, numberOr, objectsIn } from '../provider/json.ts';
import type { Prompt } from '../provider/prompt.ts';
import { jsonReply, type Reply } from '../provider/reply.ts';
import { tokensOf } from '../provider/token-counts.ts';
import { GOOGLE_HEADERS } from './gemini-errors.ts';

const TOKENS_PER_CHUNK = 4;

/** How a stream is written: events with `?alt=sse`, else one JSON array. */
export type StreamForm = 'sse' | 'array';

/** @throws DirectiveError */
export function planGeneration(model: string, body: JsonObject): Call {
  const config = isJsonObject(body['generationConfig']) ? body['generationConfig'] : {};
  const tools = objectsIn(body['tools']).flatMap((tool) => objectsIn(tool['functionDeclarations']));
  return planCall(
    'generateContent',
    { ...body, model, tools },
    promptOf(body),
    numberOr(config['maxOutputTokens'], undefined),
    { faults: [], usage: {} },
  );
}

/** The words of `contents`, `content` or the `requests` of a batch. */
export function promptOf(body: JsonObject): Prompt {
  const requests = objectsIn(body['requests']).map((request) => request['content']);
  const contents = [body['systemInstruction'], ...listOf(body['contents']), body['content'], ...requests];
  const texts = contents.filter(isJsonObject).map((content) =>
    objectsIn(content['parts'])
      .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
      .join('\n'),
  );
  return { all: texts.join('\n'), lastUser: texts.at(-1) ?? '' };
}

/** Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse */
export function generated(call: Call): Reply {
  const parts = [
    ...thoughtsOf(call),
    ...(call.toolCalls.length > 0 ? toolParts(call) : [{ text: call.text }]),
  ];
  const answer = chunk(call, parts, call.counts.outputTokens, finishReason(call));
  return jsonReply(200, GOOGLE_HEADERS, answer, 2);
}

/** The same in pieces; each tells the usage so far. */
export function generatedStream(call: Call, form: StreamForm): Reply {
  const chunks = [...chunksOf(call)];
  const parts =
    form === 'sse'
      ? chunks.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`)
      : chunks
          .map((one, index) => `${index === 0 ? '[' : ',\r\n'}${JSON.stringify(one, null, 2)}`)
          .concat('\n]');
  const contentType = form === 'sse' ? 'text/event-stream' : 'application/json; charset=UTF-8';
  return {
    status: 200,
    headers: [['Content-Type', contentType], ...GOOGLE_HEADERS],
    streamed: true,
    parts: parts.map((part) => Buffer.from(part)),
  };
}

function* chunksOf(call: Call): Generator<object> {
  const { outputTokens, reasoningTokens } = call.counts;
  const thoughts = thoughtsOf(call);
  if (thoughts.length > 0) yield chunk(call, thoughts, reasoningTokens);
  if (call.toolCalls.length > 0) {
    yield chunk(call, toolParts(call), outputTokens, finishReason(call));
    return;
  }
  const tokens = tokensOf(call.text);
  let told = reasoningTokens;
  for (let start = 0; start < tokens.length; start += TOKENS_PER_CHUNK) {
    const text = tokens.slice(start, start + TOKENS_PER_CHUNK).join('');
    told = Math.min(outputTokens, told + TOKENS_PER_CHUNK);
    yield chunk(call, [{ text }], told);
  }
  yield chunk(call, [{ text: '' }], outputTokens, finishReason(call));
}

function chunk(call: Call, parts: object[], outputTokens: number, finish?: string): object {
  return {
    candidates: [
      {
        content: { parts, role: 'model' },
        ...(finish === undefined ? {} : { finishReason: finish }),
        index: 0,
      },
    ],
    ...(call.omitUsage ? {} : { usageMetadata: usageMetadata(call, outputTokens) }),
    modelVersion: call.model,
    responseId: call.seed.slice(0, 22),
  };
}

/** Thoughts are beside the candidates here, and a part of the fake's output. */
function usageMetadata({ counts }: Call, outputTokens: number): object {
  const { inputTokens, cachedTokens, reasoningTokens } = counts;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: Math.max(0, outputTokens - reasoningTokens),
    totalTokenCount: inputTokens + outputTokens,
    ...(cachedTokens > 0 ? { cachedContentTokenCount: cachedTokens } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
  };
}

function thoughtsOf({ counts }: Call): object[] {
  return counts.reasoningTokens > 0 ? [{ text: 'Let me think, 想 …', thought: true }] : [];
}

function toolParts({ toolCalls }: Call): object[] {
  return toolCalls.map(({ name, input }) => ({ functionCall: { name, args: input } }));
}

function finishReason(call: Call): string {
  return call.truncated && call.toolCalls.length === 0 ? 'MAX_TOKENS' : 'STOP';
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
