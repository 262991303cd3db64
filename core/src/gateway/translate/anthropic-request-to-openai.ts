import { createHash } from 'node:crypto';
import type { JsonObject } from '../wire/json-shape.ts';
import {
  ANTHROPIC_REQUEST_FIELDS,
  METADATA_FIELDS,
  OUTPUT_CONFIG_FIELDS,
  THINKING_FIELDS,
} from './anthropic-request-fields.ts';
import { defined } from './defined.ts';
import { Field } from './field.ts';
import { checkFields } from './field-rules.ts';
import { messagesToOpenAi, type ToMessagesOptions } from './messages-to-openai.ts';
import { outputFormatToOpenAi } from './output-format.ts';
import { thinkingToOpenAi } from './thinking-effort.ts';
import { toolsToOpenAi } from './tools-to-openai.ts';
import type { OpenAiRequest } from './wire-types.ts';

export interface ToOpenAiOptions extends ToMessagesOptions {
  /** OpenAI's reasoning models know only the new name of the limit, some servers like OpenAI's only the old. */
  readonly limitField: 'max_completion_tokens' | 'max_tokens';
}

/** https://platform.openai.com/docs/api-reference/chat/create#chat_create-stop */
const MAX_STOP_SEQUENCES = 4;

/** OpenAI refuses a longer `user`; Claude Code's ids are longer. */
const MAX_USER_CHARACTERS = 64;

/**
 * A messages request as a chat completions request, under the same model name. A stream is always asked for its
 * usage, because an Anthropic stream always tells it.
 * https://platform.claude.com/docs/en/api/messages · https://platform.openai.com/docs/api-reference/chat/create
 * @throws Untranslatable (400) naming the field that OpenAI has nothing for, or that is malformed.
 */
export function anthropicRequestToOpenAi(json: JsonObject, options: ToOpenAiOptions): OpenAiRequest {
  const request = new Field(json);
  checkFields(request, ANTHROPIC_REQUEST_FIELDS);
  const output = request.at('output_config');
  output.ifSet((field) => checkFields(field, OUTPUT_CONFIG_FIELDS));
  const thinking = request.at('thinking');
  thinking.ifSet((field) => checkFields(field, THINKING_FIELDS));
  const maxTokens = request.at('max_tokens').count();
  const isStream = request.at('stream').ifSet((field) => field.boolean());
  return defined({
    model: request.at('model').string(),
    messages: messagesToOpenAi(request.at('system'), request.at('messages'), options),
    [options.limitField]: maxTokens,
    ...toolsToOpenAi(request),
    response_format: output.ifSet((field) => field.at('format').ifSet(outputFormatToOpenAi)),
    reasoning_effort: thinkingToOpenAi(thinking, output.isSet ? output.at('effort') : output, maxTokens),
    temperature: request.at('temperature').ifSet((field) => field.number()),
    top_p: request.at('top_p').ifSet((field) => field.number()),
    stop: request.at('stop_sequences').ifSet(stopOf),
    user: request.at('metadata').ifSet(userOf),
    service_tier: request.at('service_tier').ifSet(serviceTier),
    stream: isStream,
    stream_options: isStream === true ? { include_usage: true } : undefined,
  });
}

function stopOf(field: Field): string[] | undefined {
  const sequences = field.items().map((item) => item.string());
  if (sequences.length > MAX_STOP_SEQUENCES) field.refuse(`OpenAI takes ${MAX_STOP_SEQUENCES} at most`);
  return sequences.length === 0 ? undefined : sequences;
}

/** A longer id is hashed, which keeps it one id for one user. */
function userOf(metadata: Field): string | undefined {
  checkFields(metadata, METADATA_FIELDS);
  const id = metadata.at('user_id').ifSet((field) => field.string());
  if (id === undefined || id.length <= MAX_USER_CHARACTERS) return id;
  return createHash('sha256').update(id).digest('hex');
}

/** `auto` is OpenAI's default too. */
function serviceTier(field: Field): 'default' | undefined {
  return field.oneOf(['auto', 'standard_only']) === 'auto' ? undefined : 'default';
}
