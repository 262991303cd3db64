import type { JsonObject } from '../../wire/json-shape.ts';

const PIXEL = 'iVBORw0KGgo=';
const SCHEMA = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };

/** A conversation with tools as an OpenAI client writes it, every translatable field set. */
export const OPENAI_REQUEST: JsonObject = {
  model: 'claude-sonnet-4-6',
  messages: [
    { role: 'system', content: 'Answer in English.' },
    {
      role: 'developer',
      content: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is the weather in these towns?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}`, detail: 'auto' } },
        { type: 'image_url', image_url: { url: 'https://example.com/map.jpg' } },
        {
          type: 'file',
          file: { filename: 'list.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
          prompt_cache_breakpoint: { mode: 'explicit' },
        },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'Two towns.',
      thinking_blocks: [{ type: 'thinking', thinking: 'Two towns.', signature: 'c2ln' }],
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"town":"Köln"}' } },
        { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'sun' }] },
    { role: 'user', content: 'And tomorrow?' },
  ],
  tools: [
    {
      type: 'function',
      function: { name: 'weather', description: 'Looks out.', parameters: SCHEMA, strict: true },
    },
    { type: 'function', function: { name: 'now' } },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: false,
  response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: SCHEMA, strict: true } },
  reasoning_effort: 'high',
  max_completion_tokens: 4000,
  temperature: 0.5,
  top_p: 0.9,
  stop: ['END', 'STOP'],
  user: 'user-7',
  service_tier: 'default',
  stream: true,
  stream_options: { include_usage: true },
  n: 1,
  store: false,
  seed: null,
};

/** The same in Anthropic's words. */
export const ANTHROPIC_TRANSLATION: JsonObject = {
  model: 'claude-sonnet-4-6',
  max_tokens: 4000,
  system: [
    { type: 'text', text: 'Answer in English.' },
    { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
  ],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is the weather in these towns?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/map.jpg' } },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          title: 'list.pdf',
          cache_control: { type: 'ephemeral', ttl: '1h' },
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Two towns.', signature: 'c2ln' },
        { type: 'tool_use', id: 'call_1', name: 'weather', input: { town: 'Köln' } },
        { type: 'tool_use', id: 'call_2', name: 'weather', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'rain' }] },
        { type: 'tool_result', tool_use_id: 'call_2', content: [{ type: 'text', text: 'sun' }] },
        { type: 'text', text: 'And tomorrow?' },
      ],
    },
  ],
  tools: [
    { name: 'weather', description: 'Looks out.', input_schema: SCHEMA, strict: true },
    { name: 'now', input_schema: { type: 'object', properties: {} } },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  output_config: {
    effort: 'high',
    format: { type: 'json_schema', schema: { title: 'answer', ...SCHEMA } },
  },
  thinking: { type: 'adaptive' },
  temperature: 0.5,
  top_p: 0.9,
  stop_sequences: ['END', 'STOP'],
  metadata: { user_id: 'user-7' },
  service_tier: 'standard_only',
  stream: true,
};

/** And back in OpenAI's, for a model behind OpenAI's API. */
export const OPENAI_TRANSLATION: JsonObject = {
  model: 'claude-sonnet-4-6',
  max_completion_tokens: 4000,
  messages: [
    {
      role: 'system',
      content: [
        { type: 'text', text: 'Answer in English.' },
        { type: 'text', text: 'Be brief.' },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is the weather in these towns?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
        { type: 'image_url', image_url: { url: 'https://example.com/map.jpg' } },
        { type: 'file', file: { filename: 'list.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"town":"Köln"}' } },
        { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    { role: 'tool', tool_call_id: 'call_2', content: 'sun' },
    { role: 'user', content: 'And tomorrow?' },
  ],
  tools: [
    {
      type: 'function',
      function: { name: 'weather', description: 'Looks out.', parameters: SCHEMA, strict: true },
    },
    { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: false,
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'answer', schema: { title: 'answer', ...SCHEMA }, strict: true },
  },
  reasoning_effort: 'high',
  temperature: 0.5,
  top_p: 0.9,
  stop: ['END', 'STOP'],
  user: 'user-7',
  service_tier: 'default',
  stream: true,
  stream_options: { include_usage: true },
};
