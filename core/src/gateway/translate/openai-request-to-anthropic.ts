import type { TextBlockParam } from '@anthropic-ai/sdk/resources/messages';
import type { JsonObject } from '../wire/json-shape.ts';
import { automaticCacheControl } from './cache-control.ts';
import { defined } from './defined.ts';
import { Field } from './field.ts';
import { checkFields } from './field-rules.ts';
import { messagesToAnthropic } from './messages-to-anthropic.ts';
import { OPENAI_REQUEST_FIELDS, STREAM_OPTIONS_FIELDS } from './openai-request-fields.ts';
import { outputFormatToAnthropic } from './output-format.ts';
import { effortToAnthropic, thinkingStyleOf } from './thinking-effort.ts';
import { toolsToAnthropic } from './tools-to-anthropic.ts';
import type { AnthropicRequest } from './wire-types.ts';

export interface ToAnthropicOptions {
  /** What the model can write at most; Anthropic wants a limit where OpenAI needs none. */
  readonly maxOutputTokens: number;
}

/**
 * A chat completions request as a messages request, under the same model name.
 * https://platform.openai.com/docs/api-reference/chat/create · https://platform.claude.com/docs/en/api/messages
 * @throws Untranslatable (400) naming the field that Anthropic has nothing for, or that is malformed.
 */
export function openAiRequestToAnthropic(json: JsonObject, options: ToAnthropicOptions): AnthropicRequest {
  const request = new Field(json);
  checkFields(request, OPENAI_REQUEST_FIELDS);
  request.at('stream_options').ifSet((field) => checkFields(field, STREAM_OPTIONS_FIELDS));
  const model = request.at('model').string();
  const maxTokens = maxTokensOf(request) ?? options.maxOutputTokens;
  const { system, messages } = messagesToAnthropic(request.at('messages'));
  const output = request.at('response_format').ifSet(outputFormatToAnthropic);
  const thinking = request
    .at('reasoning_effort')
    .ifSet((field) => effortToAnthropic(field, thinkingStyleOf(model), maxTokens));
  const outputConfig = defined({ effort: thinking?.effort, format: output?.format });
  const user = userOf(request);
  return defined({
    model,
    max_tokens: maxTokens,
    system: systemOf(system, output?.instruction),
    messages,
    ...toolsToAnthropic(request),
    output_config: Object.keys(outputConfig).length === 0 ? undefined : outputConfig,
    thinking: thinking?.thinking,
    temperature: request.at('temperature').ifSet(temperature),
    top_p: request.at('top_p').ifSet((field) => field.number()),
    stop_sequences: request.at('stop').ifSet(stopSequences),
    metadata: user === undefined ? undefined : { user_id: user },
    cache_control: request.at('prompt_cache_options').ifSet(automaticCacheControl),
    service_tier: request.at('service_tier').ifSet(serviceTier),
    stream: request.at('stream').ifSet((field) => field.boolean()),
  });
}

/** Whether the client of an OpenAI stream asked for the chunk that tells the usage. */
export function wantsStreamUsage(json: JsonObject): boolean {
  const options = new Field(json).at('stream_options');
  return options.ifSet((field) => field.at('include_usage').value === true) ?? false;
}

function maxTokensOf(request: Field): number | undefined {
  const limit = request.at('max_completion_tokens').ifSet((field) => field.count());
  const oldLimit = request.at('max_tokens').ifSet((field) => field.count());
  if (limit !== undefined && oldLimit !== undefined && limit !== oldLimit) {
    request.at('max_tokens').refuse('says another limit than max_completion_tokens: send one of them');
  }
  return limit ?? oldLimit;
}

function systemOf(system: TextBlockParam[], instruction: string | undefined): TextBlockParam[] | undefined {
  const blocks =
    instruction === undefined ? system : [...system, { type: 'text' as const, text: instruction }];
  return blocks.length === 0 ? undefined : blocks;
}

function temperature(field: Field): number {
  const value = field.number();
  return value >= 0 && value <= 1 ? value : field.refuse('Claude takes 0 to 1');
}

function stopSequences(field: Field): string[] {
  return typeof field.value === 'string' ? [field.value] : field.items().map((item) => item.string());
}

/** OpenAI split `user` into this newer name and one for caching; both mean the person behind the call. */
function userOf(request: Field): string | undefined {
  const user = request.at('user').ifSet((field) => field.string());
  return request.at('safety_identifier').ifSet((field) => field.string()) ?? user;
}

function serviceTier(field: Field): 'standard_only' | undefined {
  switch (field.oneOf(['auto', 'default', 'flex', 'scale', 'priority', 'fast'])) {
    case 'auto':
      return undefined;
    case 'default':
      return 'standard_only';
    default:
      return field.refuse('Anthropic has no such tier: send "auto" or "default"');
  }
}
