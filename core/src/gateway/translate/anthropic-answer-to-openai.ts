import type { ChatCompletionMessageFunctionToolCall } from 'openai/resources/chat/completions';
import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { jsonText } from './json-text.ts';
import { finishReasonOf } from './stop-reasons.ts';
import { unreadableAnswer } from './untranslatable.ts';
import { usageToOpenAi } from './usage.ts';
import type { AnyThinkingBlock, CompletionWithThinking, Thinking } from './wire-types.ts';

/**
 * A whole message as a chat completion. Text blocks are joined, tool calls keep their order, thinking goes
 * where `Thinking` says. Blocks of Anthropic's own server tools and citations have no place in a completion;
 * a translated request cannot bring them about.
 * @param createdS Unix time in seconds; Anthropic does not tell it.
 * @throws Refusal (502) for what is not a message.
 */
export function anthropicAnswerToOpenAi(message: unknown, createdS: number): CompletionWithThinking {
  if (!isObject(message) || !Array.isArray(message['content'])) throw unreadableAnswer('it is not a message');
  const blocks = objectsAt(message, 'content');
  const text = blocks.flatMap((block) => (block['type'] === 'text' ? (stringAt(block, 'text') ?? []) : []));
  const calls = blocks.filter((block) => block['type'] === 'tool_use').map(toolCall);
  return {
    id: stringAt(message, 'id') ?? '',
    object: 'chat.completion',
    created: createdS,
    model: stringAt(message, 'model') ?? '',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text.length === 0 ? null : text.join(''),
          refusal: refusalOf(message) ?? null,
          ...(calls.length > 0 && { tool_calls: calls }),
          ...thinkingOf(blocks.filter(isThinking)),
        },
        finish_reason: finishReasonOf(message['stop_reason']),
        logprobs: null,
      },
    ],
    usage: usageToOpenAi(objectAt(message, 'usage')),
  };
}

/** Why Claude refused, where it says so. */
export function refusalOf(holder: JsonObject): string | undefined {
  if (holder['stop_reason'] !== 'refusal') return undefined;
  return stringAt(objectAt(holder, 'stop_details'), 'explanation');
}

/** Thinking blocks in the shape of `Thinking`; nothing where there are none. */
export function thinkingOf(blocks: readonly AnyThinkingBlock[]): Thinking {
  const text = blocks.flatMap((block) => (block.type === 'thinking' ? block.thinking : [])).join('');
  return {
    ...(text !== '' && { reasoning_content: text }),
    ...(blocks.length > 0 && { thinking_blocks: [...blocks] }),
  };
}

function isThinking(block: JsonObject): block is AnyThinkingBlock & JsonObject {
  if (block['type'] === 'redacted_thinking') return typeof block['data'] === 'string';
  return (
    block['type'] === 'thinking' &&
    typeof block['thinking'] === 'string' &&
    typeof block['signature'] === 'string'
  );
}

function toolCall(block: JsonObject): ChatCompletionMessageFunctionToolCall {
  return {
    id: stringAt(block, 'id') ?? '',
    type: 'function',
    function: { name: stringAt(block, 'name') ?? '', arguments: jsonText(block['input'] ?? {}) },
  };
}
