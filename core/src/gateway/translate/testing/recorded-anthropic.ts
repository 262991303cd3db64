import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';

const USAGE = {
  input_tokens: 21,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 40,
  cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 0 },
  output_tokens: 87,
  output_tokens_details: { thinking_tokens: 30 },
  server_tool_use: null,
  service_tier: 'standard' as const,
  speed: null,
  inference_geo: null,
};

const DIRECT = { type: 'direct' } as const;

/** An answer with everything in it: thinking, hidden thinking, text in two blocks, two calls of which one bare. */
export const MESSAGE: Message = {
  id: 'msg_01Quelle',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-6',
  content: [
    { type: 'thinking', thinking: 'Zwei Städte, also zwei Abfragen 🌦', signature: 'c2lnbmVk' },
    { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
    { type: 'text', text: 'I look up both ', citations: null },
    { type: 'text', text: 'towns.', citations: null },
    {
      type: 'tool_use',
      id: 'toolu_01A',
      name: 'weather',
      input: { town: 'Köln', days: [1, 2] },
      caller: DIRECT,
    },
    { type: 'tool_use', id: 'toolu_01B', name: 'now', input: {}, caller: DIRECT },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  stop_details: null,
  usage: USAGE,
  container: null,
  diagnostics: null,
};

/** The same answer as a stream tells it. */
export const MESSAGE_EVENTS: readonly (RawMessageStreamEvent | { type: 'ping' })[] = [
  {
    type: 'message_start',
    message: {
      ...MESSAGE,
      content: [],
      stop_reason: null,
      usage: { ...USAGE, output_tokens: 1, output_tokens_details: null },
    },
  },
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'thinking', thinking: '', signature: '' },
  },
  { type: 'ping' },
  delta(0, { type: 'thinking_delta', thinking: 'Zwei Städte, also ' }),
  delta(0, { type: 'thinking_delta', thinking: 'zwei Abfragen 🌦' }),
  delta(0, { type: 'signature_delta', signature: 'c2lnbmVk' }),
  { type: 'content_block_stop', index: 0 },
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
  },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'text', text: '', citations: null } },
  delta(2, { type: 'text_delta', text: 'I look ' }),
  delta(2, { type: 'text_delta', text: 'up both ' }),
  { type: 'content_block_stop', index: 2 },
  { type: 'content_block_start', index: 3, content_block: { type: 'text', text: '', citations: null } },
  delta(3, { type: 'text_delta', text: 'towns.' }),
  { type: 'content_block_stop', index: 3 },
  {
    type: 'content_block_start',
    index: 4,
    content_block: { type: 'tool_use', id: 'toolu_01A', name: 'weather', input: {}, caller: DIRECT },
  },
  delta(4, { type: 'input_json_delta', partial_json: '' }),
  delta(4, { type: 'input_json_delta', partial_json: '{"town":"Kö' }),
  delta(4, { type: 'input_json_delta', partial_json: 'ln","days":[1,2]}' }),
  { type: 'content_block_stop', index: 4 },
  {
    type: 'content_block_start',
    index: 5,
    content_block: { type: 'tool_use', id: 'toolu_01B', name: 'now', input: {}, caller: DIRECT },
  },
  { type: 'content_block_stop', index: 5 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
    usage: {
      input_tokens: null,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: null,
      output_tokens: 87,
      output_tokens_details: { thinking_tokens: 30 },
      server_tool_use: null,
    },
  },
  { type: 'message_stop' },
];

export const MESSAGE_STREAM = Buffer.from(
  MESSAGE_EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
);

function delta(
  index: number,
  part: Extract<RawMessageStreamEvent, { type: 'content_block_delta' }>['delta'],
): RawMessageStreamEvent {
  return { type: 'content_block_delta', index, delta: part };
}
