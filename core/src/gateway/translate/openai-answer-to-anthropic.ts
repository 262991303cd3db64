import type {
  Message,
  RefusalStopDetails,
  StopReason,
  ToolUseBlock,
} from '@anthropic-ai/sdk/resources/messages';
import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { stopReasonOf } from './stop-reasons.ts';
import { unreadableAnswer } from './untranslatable.ts';
import { usageToAnthropic } from './usage.ts';

/**
 * A whole chat completion as a message: thinking, text, refusal and tool calls as blocks in this order.
 * @throws Refusal (502) for what is not a completion.
 */
export function openAiAnswerToAnthropic(completion: unknown): Message {
  const choice = isObject(completion) ? objectsAt(completion, 'choices')[0] : undefined;
  if (!isObject(completion) || choice === undefined) throw unreadableAnswer('it is not a chat completion');
  const message = objectAt(choice, 'message');
  const calls = objectsAt(message, 'tool_calls').map(toolUse);
  const refusal = stringAt(message, 'refusal') ?? '';
  const reason = refusal === '' ? stopReasonOf(choice['finish_reason'], calls.length > 0) : 'refusal';
  return {
    id: stringAt(completion, 'id') ?? '',
    type: 'message',
    role: 'assistant',
    model: stringAt(completion, 'model') ?? '',
    content: [
      ...thinkingBlock(message),
      ...textBlock(stringAt(message, 'content')),
      ...textBlock(refusal),
      ...calls,
    ],
    stop_reason: reason,
    stop_sequence: null,
    stop_details: stopDetails(reason, refusal),
    usage: usageToAnthropic(objectAt(completion, 'usage')),
    container: null,
    diagnostics: null,
  };
}

/** Servers like OpenAI's tell the thinking by one of these names. */
export function reasoningOf(turn: JsonObject): string {
  return stringAt(turn, 'reasoning_content') ?? stringAt(turn, 'reasoning') ?? '';
}

export function stopDetails(reason: StopReason, refusal: string): RefusalStopDetails | null {
  if (reason !== 'refusal') return null;
  return { type: 'refusal', category: null, explanation: refusal === '' ? null : refusal };
}

export const DIRECT_CALLER = { type: 'direct' } as const;

function thinkingBlock(message: JsonObject): Message['content'] {
  const text = reasoningOf(message);
  // Unsigned: it is there to be read, and is taken out again when it is sent back.
  return text === '' ? [] : [{ type: 'thinking', thinking: text, signature: '' }];
}

function textBlock(said: string | undefined): Message['content'] {
  return said === undefined || said === '' ? [] : [{ type: 'text', text: said, citations: null }];
}

function toolUse(call: JsonObject): ToolUseBlock {
  const described = objectAt(call, 'function');
  return {
    type: 'tool_use',
    id: stringAt(call, 'id') ?? '',
    name: stringAt(described, 'name') ?? '',
    input: toolInput(stringAt(described, 'arguments') ?? ''),
    caller: DIRECT_CALLER,
  };
}

/**
 * Models may write arguments that are no JSON. They stay as the text they are: the client's own check of the
 * input then tells the model what is wrong with it.
 */
function toolInput(args: string): unknown {
  if (args.trim() === '') return {};
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
}
