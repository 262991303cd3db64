import type { Call } from './call.ts';
import { type Endpoint, missingMember } from './endpoint.ts';
import { numberOr } from './json.ts';
import { openai, openaiHeaders } from './openai.ts';
import { completionUsage, streamOptions } from './openai-usage.ts';
import { textOf } from './prompt.ts';
import { type Reply, dataEvent, jsonReply, streamReply } from './reply.ts';
import { tokensOf } from './token-counts.ts';

/** POST /v1/completions (legacy). Source: https://platform.openai.com/docs/api-reference/completions */
export const openaiCompletions: Endpoint = {
  provider: openai,
  prompt: (body) => ({ all: textOf(body['prompt']), lastUser: textOf(body['prompt']) }),
  outputCap: (body) => numberOr(body['max_tokens'], undefined),
  mistake: (body) => missingMember(body, 'model', 'prompt'),
  answer: (call) => (call.streamed ? stream(call) : json(call)),
};

function json(call: Call): Reply {
  const choice = { text: call.text, index: 0, logprobs: null, finish_reason: finishReason(call) };
  const usage = call.omitUsage ? {} : { usage: completionUsage(call) };
  return jsonReply(200, openaiHeaders(call.seed), { ...frame(call), choices: [choice], ...usage }, 2);
}

function stream(call: Call): Reply {
  const { includeUsage } = streamOptions(call);
  const chunk = (choices: object[], usage: object | null): string =>
    dataEvent({ ...frame(call), choices, ...(includeUsage ? { usage } : {}) });
  const events = tokensOf(call.text).map((text) =>
    chunk([{ text, index: 0, logprobs: null, finish_reason: null }], null),
  );
  events.push(chunk([{ text: '', index: 0, logprobs: null, finish_reason: finishReason(call) }], null));
  if (includeUsage) events.push(chunk([], completionUsage(call)));
  events.push('data: [DONE]\n\n');
  return streamReply(openaiHeaders(call.seed), events);
}

function frame(call: Call): object {
  return {
    id: `cmpl-${call.seed.slice(0, 29)}`,
    object: 'text_completion',
    created: call.createdSeconds,
    model: call.model,
  };
}

function finishReason(call: Call): string {
  return call.truncated ? 'length' : 'stop';
}
