import type { Call } from './call.ts';
import { type Endpoint, missingMember } from './endpoint.ts';
import { numberOr } from './json.ts';
import { openai, openaiHeaders } from './openai.ts';
import { completionUsage, obfuscation, streamOptions } from './openai-usage.ts';
import { promptOfMessages } from './prompt.ts';
import { type Reply, dataEvent, jsonReply, streamReply } from './reply.ts';
import { tokensOf } from './token-counts.ts';

/** POST /v1/chat/completions. Source: https://platform.openai.com/docs/api-reference/chat and /chat-streaming */
export const openaiChat: Endpoint = {
  provider: openai,
  prompt: (body) => promptOfMessages(body['messages'], [body['tools']]),
  outputCap: (body) => numberOr(body['max_completion_tokens'] ?? body['max_tokens'], undefined),
  mistake: (body) => missingMember(body, 'model', 'messages'),
  answer: (call) => (call.streamed ? stream(call) : json(call)),
};

function json(call: Call): Reply {
  const message =
    call.toolCalls.length > 0
      ? { role: 'assistant', content: null, tool_calls: toolCalls(call), refusal: null, annotations: [] }
      : { role: 'assistant', content: call.text, refusal: null, annotations: [] };
  const choices = choiceIndexes(call).map((index) => ({
    index,
    message,
    logprobs: null,
    finish_reason: finishReason(call),
  }));
  const answer = {
    id: `chatcmpl-${call.seed.slice(0, 29)}`,
    object: 'chat.completion',
    created: call.createdSeconds,
    model: call.model,
    choices,
    ...(call.omitUsage ? {} : { usage: completionUsage(call) }),
    service_tier: 'default',
    system_fingerprint: 'fp_fa4e0000',
  };
  return jsonReply(200, openaiHeaders(call.seed), answer, 2);
}

function stream(call: Call): Reply {
  const { includeUsage, obfuscate } = streamOptions(call);
  let sent = 0;
  const chunk = (choices: object[], usage: object | null): string =>
    dataEvent({
      id: `chatcmpl-${call.seed.slice(0, 29)}`,
      object: 'chat.completion.chunk',
      created: call.createdSeconds,
      model: call.model,
      service_tier: 'default',
      system_fingerprint: 'fp_fa4e0000',
      choices,
      ...(includeUsage ? { usage } : {}),
      ...(obfuscate ? { obfuscation: obfuscation(call.seed, sent++) } : {}),
    });
  const events: string[] = [];
  for (const index of choiceIndexes(call)) {
    for (const delta of deltas(call)) {
      events.push(chunk([{ index, delta, logprobs: null, finish_reason: null }], null));
    }
    events.push(chunk([{ index, delta: {}, logprobs: null, finish_reason: finishReason(call) }], null));
  }
  if (includeUsage) events.push(chunk([], completionUsage(call)));
  events.push('data: [DONE]\n\n');
  return streamReply(openaiHeaders(call.seed), events);
}

function* deltas(call: Call): Generator<object> {
  if (call.toolCalls.length === 0) {
    yield { role: 'assistant', content: '', refusal: null };
    for (const content of tokensOf(call.text)) yield { content };
    return;
  }
  yield { role: 'assistant', content: null };
  for (const [index, { id, name, argumentsJson }] of call.toolCalls.entries()) {
    const start = { index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } };
    yield { tool_calls: [start] };
    for (const piece of tokensOf(argumentsJson))
      yield { tool_calls: [{ index, function: { arguments: piece } }] };
  }
}

function toolCalls(call: Call): object[] {
  return call.toolCalls.map(({ id, name, argumentsJson }) => ({
    id: `call_${id}`,
    type: 'function',
    function: { name, arguments: argumentsJson },
  }));
}

function finishReason(call: Call): string {
  if (call.toolCalls.length > 0) return 'tool_calls';
  return call.truncated ? 'length' : 'stop';
}

function choiceIndexes(call: Call): number[] {
  return Array.from({ length: numberOr(call.body['n'], 1) }, (_, index) => index);
}
