import type { Call } from './call.ts';
import { type Endpoint, missingMember } from './endpoint.ts';
import { numberOr } from './json.ts';
import { openai, openaiHeaders } from './openai.ts';
import { streamOptions, obfuscation } from './openai-usage.ts';
import { promptOfMessages } from './prompt.ts';
import { type Reply, jsonReply, namedEvent, streamReply } from './reply.ts';
import { tokensOf } from './token-counts.ts';

/** POST /v1/responses. Source: https://platform.openai.com/docs/api-reference/responses and /responses-streaming */
export const openaiResponses: Endpoint = {
  provider: openai,
  prompt(body) {
    const input = body['input'];
    const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
    return promptOfMessages(items, [body['instructions'], body['tools']]);
  },
  outputCap: (body) => numberOr(body['max_output_tokens'], undefined),
  mistake: (body) => missingMember(body, 'model', 'input'),
  answer: (call) => (call.streamed ? stream(call) : json(call)),
};

function json(call: Call): Reply {
  return jsonReply(200, openaiHeaders(call.seed), responseObject(call, { done: true }), 2);
}

function stream(call: Call): Reply {
  const { obfuscate } = streamOptions(call);
  const events: string[] = [];
  const emit = (type: string, members: object): void => {
    const padding =
      obfuscate && type.endsWith('.delta') ? { obfuscation: obfuscation(call.seed, events.length) } : {};
    events.push(namedEvent(type, { sequence_number: events.length, ...members, ...padding }));
  };
  emit('response.created', { response: responseObject(call, { done: false }) });
  emit('response.in_progress', { response: responseObject(call, { done: false }) });
  if (call.toolCalls.length === 0) emitMessage(call, emit);
  for (const outputIndex of call.toolCalls.keys()) emitFunctionCall(call, outputIndex, emit);
  const last = call.truncated ? 'response.incomplete' : 'response.completed';
  emit(last, { response: responseObject(call, { done: true }) });
  return streamReply(openaiHeaders(call.seed), events);
}

type Emit = (type: string, members: object) => void;

function emitMessage(call: Call, emit: Emit): void {
  const part = { type: 'output_text', annotations: [], logprobs: [], text: '' };
  const place = { item_id: messageId(call), output_index: 0, content_index: 0 };
  emit('response.output_item.added', {
    output_index: 0,
    item: { ...messageItem(call), status: 'in_progress', content: [] },
  });
  emit('response.content_part.added', { ...place, part });
  for (const delta of tokensOf(call.text))
    emit('response.output_text.delta', { ...place, delta, logprobs: [] });
  emit('response.output_text.done', { ...place, text: call.text, logprobs: [] });
  emit('response.content_part.done', { ...place, part: { ...part, text: call.text } });
  emit('response.output_item.done', { output_index: 0, item: messageItem(call) });
}

function emitFunctionCall(call: Call, outputIndex: number, emit: Emit): void {
  const item = functionCallItems(call)[outputIndex];
  if (item === undefined) throw new RangeError(`no tool call ${outputIndex}`);
  const place = { item_id: item.id, output_index: outputIndex };
  emit('response.output_item.added', {
    output_index: outputIndex,
    item: { ...item, status: 'in_progress', arguments: '' },
  });
  for (const delta of tokensOf(item.arguments))
    emit('response.function_call_arguments.delta', { ...place, delta });
  emit('response.function_call_arguments.done', { ...place, arguments: item.arguments });
  emit('response.output_item.done', { output_index: outputIndex, item });
}

function responseObject(call: Call, { done }: { done: boolean }): object {
  const finished = call.truncated ? 'incomplete' : 'completed';
  const output = call.toolCalls.length > 0 ? functionCallItems(call) : [messageItem(call)];
  return {
    id: `resp_${call.seed.slice(0, 48)}`,
    object: 'response',
    created_at: call.createdSeconds,
    status: done ? finished : 'in_progress',
    error: null,
    incomplete_details: done && call.truncated ? { reason: 'max_output_tokens' } : null,
    instructions: call.body['instructions'] ?? null,
    max_output_tokens: call.body['max_output_tokens'] ?? null,
    model: call.model,
    output: done ? output : [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: call.body['store'] ?? true,
    temperature: call.body['temperature'] ?? 1,
    tool_choice: 'auto',
    tools: call.body['tools'] ?? [],
    top_p: call.body['top_p'] ?? 1,
    truncation: 'disabled',
    usage: done && !call.omitUsage ? responseUsage(call) : null,
    metadata: call.body['metadata'] ?? {},
  };
}

function responseUsage({ counts }: Call): object {
  return {
    input_tokens: counts.inputTokens,
    input_tokens_details: {
      cached_tokens: counts.cachedTokens,
      cache_write_tokens: counts.cacheWrite5mTokens + counts.cacheWrite1hTokens,
    },
    output_tokens: counts.outputTokens,
    output_tokens_details: { reasoning_tokens: counts.reasoningTokens },
    total_tokens: counts.inputTokens + counts.outputTokens,
  };
}

function messageId(call: Call): string {
  return `msg_${call.seed.slice(0, 48)}`;
}

function messageItem(call: Call): object {
  return {
    id: messageId(call),
    type: 'message',
    status: call.truncated ? 'incomplete' : 'completed',
    content: [{ type: 'output_text', annotations: [], logprobs: [], text: call.text }],
    role: 'assistant',
  };
}

function functionCallItems(call: Call): { id: string; arguments: string }[] {
  return call.toolCalls.map(({ id, name, argumentsJson }) => ({
    id: `fc_${id}`,
    type: 'function_call',
    status: 'completed',
    arguments: argumentsJson,
    call_id: `call_${id}`,
    name,
  }));
}
