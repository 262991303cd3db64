import type { JSONOutputFormat } from '@anthropic-ai/sdk/resources/messages';
import type { ResponseFormatJSONSchema, ResponseFormatText } from 'openai/resources/shared';
import type { Field } from './field.ts';
import { checkFields, TRANSLATED, type FieldRule } from './field-rules.ts';

/** `text` and `json_object` have nothing else. */
const PLAIN_FORMAT_FIELDS = {
  type: TRANSLATED,
} satisfies Record<keyof ResponseFormatText, FieldRule>;

const SCHEMA_FORMAT_FIELDS = {
  type: TRANSLATED,
  json_schema: TRANSLATED,
} satisfies Record<keyof ResponseFormatJSONSchema, FieldRule>;

const OUTPUT_FORMAT_FIELDS = {
  type: TRANSLATED,
  schema: TRANSLATED,
} satisfies Record<keyof JSONOutputFormat, FieldRule>;

const JSON_SCHEMA_FIELDS = {
  name: TRANSLATED,
  description: TRANSLATED,
  schema: TRANSLATED,
  strict: TRANSLATED,
} satisfies Record<keyof ResponseFormatJSONSchema.JSONSchema, FieldRule>;

/**
 * Claude has no JSON mode without a schema: its structured outputs want every object closed, and its current
 * models refuse to be forced to a tool. So JSON mode is asked for in words; whoever needs a guarantee sends a
 * schema. https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export const JSON_MODE_INSTRUCTION =
  'Answer with one valid JSON object and nothing else: no text before or after it, and no code fence around it.';

export interface AnthropicOutput {
  readonly format?: JSONOutputFormat;
  /** To be added to the system prompt. */
  readonly instruction?: string;
}

/** `response_format` in Anthropic's terms. */
export function outputFormatToAnthropic(format: Field): AnthropicOutput {
  const type = format.at('type').oneOf(['text', 'json_object', 'json_schema']);
  // Some servers like OpenAI's take a schema beside `json_object`; it must not be lost.
  checkFields(format, type === 'json_schema' ? SCHEMA_FORMAT_FIELDS : PLAIN_FORMAT_FIELDS);
  switch (type) {
    case 'text':
      return {};
    case 'json_object':
      return { instruction: JSON_MODE_INSTRUCTION };
    case 'json_schema':
      return schemaToAnthropic(format.at('json_schema'));
  }
}

function schemaToAnthropic(described: Field): AnthropicOutput {
  checkFields(described, JSON_SCHEMA_FIELDS);
  // Without strict, OpenAI gives a wish; Claude always gives the guarantee, which includes it.
  described.at('strict').ifSet((strict) => strict.boolean());
  const title = described.at('name').ifSet((name) => name.string());
  const description = described.at('description').ifSet((text) => text.string());
  const schema = described.at('schema').ifSet((field) => field.json());
  if (schema === undefined) return { instruction: JSON_MODE_INSTRUCTION };
  return {
    format: {
      type: 'json_schema',
      schema: { ...(title && { title }), ...(description && { description }), ...schema },
    },
  };
}

/** `output_config.format` in OpenAI's terms, whose name for it is the schema's own title. */
export function outputFormatToOpenAi(format: Field): ResponseFormatJSONSchema {
  format.at('type').oneOf(['json_schema']);
  checkFields(format, OUTPUT_FORMAT_FIELDS);
  const schema = format.at('schema').json();
  const name = typeof schema['title'] === 'string' ? schema['title'].replaceAll(/[^\w-]+/g, '_') : '';
  return {
    type: 'json_schema',
    json_schema: { name: name.slice(0, 64) || 'answer', schema, strict: true },
  };
}
