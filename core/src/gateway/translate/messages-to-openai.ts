import type {
  ChatCompletionContentPartText,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions';
import {
  CALLER_FIELDS,
  MESSAGE_FIELDS,
  TOOL_RESULT_FIELDS,
  TOOL_USE_FIELDS,
} from './anthropic-request-fields.ts';
import { blockToOpenAi, stringOrParts, textPart, type Part } from './content-to-openai.ts';
import { defined } from './defined.ts';
import type { Field } from './field.ts';
import { checkFields } from './field-rules.ts';
import type { AssistantMessageWithThinking, SignedToolCall } from './wire-types.ts';

export interface ToMessagesOptions {
  /**
   * The server wants `reasoning_content` of earlier turns back, as DeepSeek and Moonshot do within a chain of
   * tool calls. OpenAI's own API knows no such field; there earlier thinking stays out, as its models forget it.
   */
  readonly returnsReasoning: boolean;
  /**
   * Stands for the signature of the thoughts that led to calls of tools, where the server wants one back: Anthropic's
   * format has no place for it.
   */
  readonly thoughtSignature?: string;
}

/** `system` and `messages` as OpenAI's messages. */
export function messagesToOpenAi(
  system: Field,
  messages: Field,
  options: ToMessagesOptions,
): ChatCompletionMessageParam[] {
  return [
    ...(system.ifSet(systemMessages) ?? []),
    ...messages.items().flatMap((message) => messageToOpenAi(message, options)),
  ];
}

function systemMessages(content: Field): ChatCompletionMessageParam[] {
  const parts = blocksOf(content).map((block) =>
    typeof block === 'string' ? asText(block) : textPart(block),
  );
  return parts.length === 0 ? [] : [{ role: 'system', content: stringOrParts(parts) }];
}

function messageToOpenAi(message: Field, options: ToMessagesOptions): ChatCompletionMessageParam[] {
  checkFields(message, MESSAGE_FIELDS);
  const content = message.at('content');
  switch (message.at('role').oneOf(['user', 'assistant', 'system'])) {
    case 'system':
      return systemMessages(content);
    case 'assistant':
      return assistantMessages(content, options);
    case 'user':
      return userMessages(content);
  }
}

/** Results of tools come first and each as a message of its own; what the user says follows. */
function userMessages(content: Field): ChatCompletionMessageParam[] {
  const results: ChatCompletionToolMessageParam[] = [];
  const said: Part[] = [];
  for (const block of blocksOf(content)) {
    if (typeof block === 'string') said.push(asText(block));
    else if (block.at('type').value === 'tool_result') {
      const { message, shown } = toolResult(block);
      results.push(message);
      said.push(...shown);
    } else said.push(...blockToOpenAi(block));
  }
  return [
    ...results,
    ...(said.length === 0 ? [] : [{ role: 'user' as const, content: stringOrParts(said) }]),
  ];
}

/** OpenAI's tools answer in text alone; what else a result holds is shown by the user right after it. */
function toolResult(block: Field): { message: ChatCompletionToolMessageParam; shown: Part[] } {
  checkFields(block, TOOL_RESULT_FIELDS);
  const id = block.at('tool_use_id').string();
  const parts = block.at('content').ifSet((content) => blocksOf(content).flatMap(partsOf)) ?? [];
  const text = parts.filter((part) => part.type === 'text');
  const others = parts.filter((part) => part.type !== 'text');
  const isError = block.at('is_error').ifSet((flag) => flag.boolean()) === true;
  const answer = isError ? [asText('The tool failed:'), ...text] : text;
  return {
    message: { role: 'tool', tool_call_id: id, content: answer.length === 0 ? '' : stringOrParts(answer) },
    shown: others.length === 0 ? [] : [asText(`From the result of tool call ${id}:`), ...others],
  };
}

function assistantMessages(content: Field, options: ToMessagesOptions): AssistantMessageWithThinking[] {
  const text: ChatCompletionContentPartText[] = [];
  const calls: ChatCompletionMessageFunctionToolCall[] = [];
  let reasoning = '';
  for (const block of blocksOf(content)) {
    if (typeof block === 'string') {
      text.push(asText(block));
      continue;
    }
    switch (block.at('type').value) {
      case 'thinking':
        reasoning += block.at('thinking').string();
        break;
      case 'redacted_thinking':
        // Encrypted: no model but the one that wrote it can read it.
        break;
      case 'tool_use':
        calls.push(toolCall(block));
        break;
      default:
        text.push(textPart(block));
    }
  }
  if (text.length === 0 && calls.length === 0) return [];
  return [
    defined({
      role: 'assistant' as const,
      content: text.length === 0 ? null : stringOrParts(text),
      tool_calls: calls.length === 0 ? undefined : signed(calls, options),
      reasoning_content: options.returnsReasoning && reasoning !== '' ? reasoning : undefined,
    }),
  ];
}

/** Calls that are made at once are of one thought, whose signature is on the first of them. */
function signed(
  calls: SignedToolCall[],
  { thoughtSignature: thought_signature }: ToMessagesOptions,
): SignedToolCall[] {
  const [first, ...others] = calls;
  if (first === undefined || thought_signature === undefined) return calls;
  return [{ ...first, extra_content: { google: { thought_signature } } }, ...others];
}

function toolCall(block: Field): ChatCompletionMessageFunctionToolCall {
  checkFields(block, TOOL_USE_FIELDS);
  block.at('caller').ifSet((caller) => {
    caller.at('type').oneOf(['direct']);
    checkFields(caller, CALLER_FIELDS);
  });
  return {
    id: block.at('id').string(),
    type: 'function',
    function: { name: block.at('name').string(), arguments: JSON.stringify(block.at('input').json()) },
  };
}

function partsOf(block: Field | string): Part[] {
  return typeof block === 'string' ? [asText(block)] : blockToOpenAi(block);
}

function blocksOf(content: Field): readonly (Field | string)[] {
  if (typeof content.value === 'string') return content.value === '' ? [] : [content.value];
  return content.items();
}

function asText(text: string): ChatCompletionContentPartText {
  return { type: 'text', text };
}
