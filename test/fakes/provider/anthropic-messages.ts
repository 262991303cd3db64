import type { Call } from './call.ts';
import { anthropic, anthropicHeaders } from './anthropic.ts';
import { type Endpoint, missingMember } from './endpoint.ts';
import { isJsonObject, numberOr } from './json.ts';
import { promptOfMessages } from './prompt.ts';
import { type Reply, jsonReply, namedEvent, streamReply } from './reply.ts';
import { tokensOf } from './token-counts.ts';

/** POST /v1/messages. Source: https://docs.anthropic.com/en/api/messages and /en/api/messages-streaming */
export const anthropicMessages: Endpoint = {
  provider: anthropic,
  prompt: (body) => promptOfMessages(body['messages'], [body['system'], body['tools']]),
  outputCap: (body) => numberOr(body['max_tokens'], undefined),
  mistake: (body) => missingMember(body, 'model', 'max_tokens', 'messages'),
  answer: (call) => (call.streamed ? stream(call) : json(call)),
};

/** A content block, and the deltas that build it up from `start` in a stream. */
interface Block {
  whole: object;
  start: object;
  deltas: object[];
}

function json(call: Call): Reply {
  const message = { ...frame(call), content: blocks(call).map(({ whole }) => whole), ...stop(call) };
  const usage = call.omitUsage ? {} : { usage: { ...inputUsage(call), ...outputUsage(call) } };
  return jsonReply(200, anthropicHeaders(call.seed), { ...message, ...usage });
}

function stream(call: Call): Reply {
  const startUsage = { ...inputUsage(call), output_tokens: 1, service_tier: 'standard' };
  const message = {
    ...frame(call),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(call.omitUsage ? {} : { usage: startUsage }),
  };
  const events = [namedEvent('message_start', { message })];
  for (const [index, block] of blocks(call).entries()) {
    events.push(namedEvent('content_block_start', { index, content_block: block.start }));
    // The provider writes its pings by hand, with a space after the colon.
    if (index === 0) events.push('event: ping\ndata: {"type": "ping"}\n\n');
    for (const delta of block.deltas) events.push(namedEvent('content_block_delta', { index, delta }));
    events.push(namedEvent('content_block_stop', { index }));
  }
  const usage = call.omitUsage ? {} : { usage: { ...cumulativeUsage(call), ...outputUsage(call) } };
  events.push(namedEvent('message_delta', { delta: stop(call), ...usage }));
  events.push(namedEvent('message_stop', {}));
  return streamReply(anthropicHeaders(call.seed), events);
}

function frame(call: Call): object {
  return { model: call.model, id: `msg_${call.seed.slice(0, 24)}`, type: 'message', role: 'assistant' };
}

function stop(call: Call): object {
  const ended = call.truncated ? 'max_tokens' : 'end_turn';
  return { stop_reason: call.toolCalls.length > 0 ? 'tool_use' : ended, stop_sequence: null };
}

function blocks(call: Call): Block[] {
  const found: Block[] = [];
  if (isJsonObject(call.body['thinking']) && call.body['thinking']['type'] === 'enabled')
    found.push(thinking(call));
  if (call.toolCalls.length === 0) {
    found.push({
      whole: { type: 'text', text: call.text },
      start: { type: 'text', text: '' },
      deltas: tokensOf(call.text).map((text) => ({ type: 'text_delta', text })),
    });
  }
  for (const { id, name, input, argumentsJson } of call.toolCalls) {
    const tool = { type: 'tool_use', id: `toolu_${id}`, name };
    const pieces = ['', ...tokensOf(argumentsJson)];
    found.push({
      whole: { ...tool, input },
      start: { ...tool, input: {} },
      deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    });
  }
  return found;
}

/** Source: https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking */
function thinking(call: Call): Block {
  const thought = 'Let me think: 考える 🤔.';
  const signature = Buffer.from(call.seed).toString('base64');
  const deltas = tokensOf(thought).map((piece) => ({ type: 'thinking_delta', thinking: piece }));
  return {
    whole: { type: 'thinking', thinking: thought, signature },
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [...deltas, { type: 'signature_delta', signature }],
  };
}

/** The counts known when the answer starts. Source: https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching */
function inputUsage(call: Call): object {
  const { cacheWrite5mTokens, cacheWrite1hTokens } = call.counts;
  return {
    ...cumulativeUsage(call),
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite5mTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
  };
}

function cumulativeUsage({ counts }: Call): object {
  return {
    input_tokens: counts.inputTokens,
    cache_creation_input_tokens: counts.cacheWrite5mTokens + counts.cacheWrite1hTokens,
    cache_read_input_tokens: counts.cachedTokens,
  };
}

/**
 * What is used besides the message and left out of its counts. Source:
 * https://platform.claude.com/docs/en/build-with-claude/compaction and …/agents-and-tools/tool-use/advisor-tool
 */
function iterations({ body, model, counts }: Call): object[] {
  const management = isJsonObject(body['context_management']) ? body['context_management'] : {};
  const asked = [management['edits'], body['tools']].flat().filter((one) => isJsonObject(one));
  const besides = asked.flatMap((one) => {
    if (one['type'] === 'compact_20260112') return [{ type: 'compaction', ...COMPACTION }];
    return one['type'] === 'advisor_20260301'
      ? [{ type: 'advisor_message', model: one['model'], ...ADVICE }]
      : [];
  });
  const message = {
    type: 'message',
    model,
    input_tokens: counts.inputTokens,
    output_tokens: counts.outputTokens,
  };
  return besides.length === 0 ? [] : [...besides, { ...message, ...NOTHING_CACHED }];
}

const NOTHING_CACHED = { cache_creation: null, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const COMPACTION = { input_tokens: 5_000, output_tokens: 800, ...NOTHING_CACHED };
const ADVICE = { input_tokens: 3_000, output_tokens: 400, ...NOTHING_CACHED };

function outputUsage(call: Call): object {
  const { outputTokens, reasoningTokens } = call.counts;
  const steps = iterations(call);
  return {
    output_tokens: outputTokens,
    ...(steps.length > 0 ? { iterations: steps } : {}),
    ...(reasoningTokens > 0 ? { output_tokens_details: { thinking_tokens: reasoningTokens } } : {}),
  };
}
