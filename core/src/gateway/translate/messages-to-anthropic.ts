import type {
  ContentBlockParam,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import type { ChatCompletionMessageFunctionToolCall } from 'openai/resources/chat/completions';
import type { ParsedFunction } from 'openai/resources/chat/completions/completions';
import { isObject } from '../wire/json-shape.ts';
import { cacheControlOf } from './cache-control.ts';
import { contentToAnthropic, textBlocks, textToAnthropic } from './content-to-anthropic.ts';
import { defined } from './defined.ts';
import { Field } from './field.ts';
import { checkFields, moot, TRANSLATED, type FieldRule } from './field-rules.ts';
import {
  ASSISTANT_MESSAGE_FIELDS,
  SYSTEM_MESSAGE_FIELDS,
  TOOL_MESSAGE_FIELDS,
  USER_MESSAGE_FIELDS,
} from './openai-request-fields.ts';
import { thinkingBlocks } from './thinking-blocks.ts';
import { anthropicToolCallId } from './tool-call-id.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

const TOOL_CALL_FIELDS = {
  id: TRANSLATED,
  type: TRANSLATED,
  function: TRANSLATED,
  // Where a client collects a stream and sends back what it has collected.
  index: TRANSLATED,
} satisfies Record<keyof ChatCompletionMessageFunctionToolCall | 'index', FieldRule>;

const CALLED_FUNCTION_FIELDS = {
  name: TRANSLATED,
  arguments: TRANSLATED,
  // What the SDK of OpenAI made of the arguments, where a client sends an answer back as it has it.
  parsed_arguments: moot('it repeats the arguments'),
} satisfies Record<keyof ParsedFunction, FieldRule>;

export interface AnthropicConversation {
  readonly system: TextBlockParam[];
  readonly messages: MessageParam[];
}

/**
 * `messages` as Anthropic's system prompt and turns. All system and developer messages go, in order, to the
 * head, as in Anthropic's own compatibility layer, because most Claude models take them nowhere else.
 * Neighbours of one role become one turn: so several tool results come back together, as Claude wants them.
 * https://platform.claude.com/docs/en/api/openai-sdk
 */
export function messagesToAnthropic(messages: Field): AnthropicConversation {
  const system: TextBlockParam[] = [];
  const turns: { role: 'user' | 'assistant'; content: ContentBlockParam[] }[] = [];
  for (const message of messages.items()) {
    const role = message.at('role').oneOf(ROLES);
    if (role === 'system' || role === 'developer') {
      checkFields(message, SYSTEM_MESSAGE_FIELDS);
      system.push(...cached(message, textToAnthropic(message.at('content'))));
      continue;
    }
    const content = turnContent(message, role);
    const turnRole = role === 'assistant' ? role : 'user';
    const last = turns.at(-1);
    if (last?.role === turnRole) last.content.push(...content);
    else if (content.length > 0) turns.push({ role: turnRole, content });
  }
  if (turns.length === 0) messages.refuse('Claude needs a message of the user that says something');
  return { system, messages: turns };
}

function turnContent(message: Field, role: 'user' | 'assistant' | 'tool' | 'function'): ContentBlockParam[] {
  switch (role) {
    case 'user':
      checkFields(message, USER_MESSAGE_FIELDS);
      return cached(message, contentToAnthropic(message.at('content')));
    case 'assistant':
      checkFields(message, ASSISTANT_MESSAGE_FIELDS);
      return cached(message, assistantContent(message));
    case 'tool':
      checkFields(message, TOOL_MESSAGE_FIELDS);
      return [toolResult(message)];
    case 'function':
      return message
        .at('role')
        .refuse('functions are deprecated: send a "tool" message with its "tool_call_id"');
  }
}

/** Thinking, then what was said, then the calls: the order in which Claude itself writes. */
function assistantContent(message: Field): ContentBlockParam[] {
  return [
    ...thinkingBlocks(message),
    ...textToAnthropic(message.at('content')),
    ...textBlocks(message.at('refusal').ifSet((refusal) => refusal.string()) ?? ''),
    ...(message.at('tool_calls').ifSet((calls) => calls.items().map(toolUse)) ?? []),
  ];
}

function toolUse(call: Field): ToolUseBlockParam {
  const type = call.at('type').ifSet((field) => field.oneOf(['function', 'custom']));
  if (type === 'custom') call.at('type').refuse('Claude calls tools with JSON alone: use functions');
  checkFields(call, TOOL_CALL_FIELDS);
  checkFields(call.at('function'), CALLED_FUNCTION_FIELDS);
  return {
    type: 'tool_use',
    id: anthropicToolCallId(call.at('id').string()),
    name: call.at('function').at('name').string(),
    input: toolInput(call.at('function').at('arguments')),
  };
}

function toolInput(args: Field): object {
  const text = args.string();
  if (text.trim() === '') return {};
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (cause) {
    return args.refuse('must be a JSON object, which is how Claude calls tools', cause);
  }
  if (!isObject(input)) return args.refuse('must be a JSON object, which is how Claude calls tools');
  return new Field(input, args.path).json();
}

function toolResult(message: Field): ToolResultBlockParam {
  const content = contentToAnthropic(message.at('content'));
  return defined({
    type: 'tool_result' as const,
    tool_use_id: anthropicToolCallId(message.at('tool_call_id').string()),
    content: content.length === 0 ? undefined : content,
    cache_control: cacheControlOf(message),
  });
}

/** `cache_control` on a message ends the cached prefix after its last block. */
function cached<Block extends ContentBlockParam>(message: Field, blocks: Block[]): Block[] {
  const control = cacheControlOf(message);
  const last = blocks.at(-1);
  if (control === undefined || last === undefined) return blocks;
  if (last.type === 'thinking' || last.type === 'redacted_thinking') {
    return message
      .at('cache_control')
      .refuse('thinking cannot end a cached prefix: put it on another message');
  }
  return [...blocks.slice(0, -1), { ...last, cache_control: control }];
}
