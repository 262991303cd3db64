import type { CompletionWithThinking, DeltaWithThinking } from '../wire-types.ts';

const USAGE = {
  prompt_tokens: 161,
  completion_tokens: 87,
  total_tokens: 248,
  prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 40, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 30 },
};

/** An answer with everything in it: reasoning, text, two calls of which one without arguments. */
export const COMPLETION: CompletionWithThinking = {
  id: 'chatcmpl-9Quelle',
  object: 'chat.completion',
  created: 1_770_000_000,
  model: 'gpt-5.4',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'I look up both towns.',
        refusal: null,
        reasoning_content: 'Zwei Städte 🌦',
        tool_calls: [
          {
            id: 'call_A',
            type: 'function',
            function: { name: 'weather', arguments: '{"town":"Köln","days":[1,2]}' },
          },
          { id: 'call_B', type: 'function', function: { name: 'now', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
      logprobs: null,
    },
  ],
  usage: USAGE,
};

const DELTAS: readonly DeltaWithThinking[] = [
  { role: 'assistant', content: '', refusal: null },
  { reasoning_content: 'Zwei ' },
  { reasoning_content: 'Städte 🌦' },
  { content: 'I look up ' },
  { content: 'both towns.' },
  call(0, '', 'call_A', 'weather'),
  call(0, '{"town":"Kö'),
  call(0, 'ln","days":[1,2]}'),
  call(1, '', 'call_B', 'now'),
  call(1, '{}'),
];

/** The two calls with their pieces mixed. */
const MIXED_DELTAS: readonly DeltaWithThinking[] = [
  ...DELTAS.slice(0, 5),
  call(0, '', 'call_A', 'weather'),
  call(1, '', 'call_B', 'now'),
  call(0, '{"town":"Kö'),
  call(1, '{'),
  call(0, 'ln","days":[1,2]}'),
  call(1, '}'),
];

/** The same answer as a stream tells it, usage asked for. */
export const COMPLETION_STREAM = stream(DELTAS);
export const MIXED_COMPLETION_STREAM = stream(MIXED_DELTAS);

function stream(deltas: readonly DeltaWithThinking[]): Buffer {
  const { id, created, model } = COMPLETION;
  const base = { id, object: 'chat.completion.chunk', created, model };
  const chunks = [
    ...deltas.map((delta) => ({ ...base, choices: [{ index: 0, delta, finish_reason: null }], usage: null })),
    { ...base, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }], usage: null },
    { ...base, choices: [], usage: USAGE },
  ];
  return Buffer.from([...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map(dataLine).join(''));
}

function dataLine(data: string): string {
  return `data: ${data}\n\n`;
}

function call(index: number, args: string, id?: string, name?: string): DeltaWithThinking {
  const start = id === undefined ? {} : { id, type: 'function' as const };
  return { tool_calls: [{ index, ...start, function: { ...(name && { name }), arguments: args } }] };
}
