import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParams,
  ChatCompletionStreamOptions,
  ChatCompletionSystemMessageParam,
  ChatCompletionToolMessageParam,
  ChatCompletionUserMessageParam,
} from 'openai/resources/chat/completions';
import { moot, only, onlyEmpty, refused, TRANSLATED, type FieldRule } from './field-rules.ts';
import type { Thinking } from './wire-types.ts';

const NO_SPEAKERS = 'Claude does not tell speakers of one role apart: put the name into the text';
const NO_AUDIO = 'Claude neither hears nor speaks: send text';
const NO_FUNCTIONS = 'functions are deprecated: send "tools" and "tool_choice" instead';
const NO_LOGPROBS = 'Claude gives no log probabilities: leave it out';
const NO_PENALTY = 'Claude has no penalties: send 0 or leave it out';

/** `POST /v1/chat/completions`, every field, as Anthropic's messages API is asked for it. */
export const OPENAI_REQUEST_FIELDS = {
  audio: refused(NO_AUDIO),
  frequency_penalty: only([0], NO_PENALTY),
  function_call: refused(NO_FUNCTIONS),
  functions: refused(NO_FUNCTIONS),
  logit_bias: onlyEmpty('Claude takes no bias on tokens: leave it out'),
  logprobs: only([false], NO_LOGPROBS),
  max_completion_tokens: TRANSLATED,
  max_tokens: TRANSLATED,
  messages: TRANSLATED,
  metadata: onlyEmpty('Anthropic keeps no metadata but the user: leave it out, or send "user"'),
  modalities: {
    kind: 'only',
    isMet: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text',
    why: NO_AUDIO,
  },
  model: TRANSLATED,
  moderation: refused('Anthropic has no moderation models: leave it out'),
  n: only([1], 'Claude gives one answer a call: send 1, or call several times'),
  parallel_tool_calls: TRANSLATED,
  prediction: refused('Claude takes no predicted output: leave it out'),
  presence_penalty: only([0], NO_PENALTY),
  prompt_cache_key: moot(
    'it only brings like prompts to like servers; Anthropic finds cached prefixes without it',
  ),
  prompt_cache_options: TRANSLATED,
  prompt_cache_retention: only(['in_memory'], 'Anthropic keeps a prompt for an hour at most: leave it out'),
  reasoning_effort: TRANSLATED,
  response_format: TRANSLATED,
  safety_identifier: TRANSLATED,
  seed: refused('Claude cannot be seeded: leave it out'),
  service_tier: TRANSLATED,
  stop: TRANSLATED,
  store: only([false], 'Anthropic stores no completions: send false or leave it out'),
  stream: TRANSLATED,
  stream_options: TRANSLATED,
  temperature: TRANSLATED,
  tool_choice: TRANSLATED,
  tools: TRANSLATED,
  top_logprobs: only([0], NO_LOGPROBS),
  top_p: TRANSLATED,
  user: TRANSLATED,
  verbosity: only(['medium'], 'Claude has no verbosity: leave it out and ask for it in the prompt'),
  web_search_options: refused('web search is not part of the translation: use an Anthropic request for it'),
} satisfies Record<keyof ChatCompletionCreateParams, FieldRule>;

export const STREAM_OPTIONS_FIELDS = {
  // Read by whoever translates the answer.
  include_usage: TRANSLATED,
  include_obfuscation: only([false], 'the translated stream is not padded: send false or leave it out'),
} satisfies Record<keyof ChatCompletionStreamOptions, FieldRule>;

/** Not OpenAI's, but usual on its messages, parts and tools when the model is Claude. */
const CACHE_CONTROL = { cache_control: TRANSLATED };

export const SYSTEM_MESSAGE_FIELDS = {
  content: TRANSLATED,
  name: refused(NO_SPEAKERS),
  role: TRANSLATED,
  ...CACHE_CONTROL,
} satisfies Record<keyof ChatCompletionSystemMessageParam | keyof typeof CACHE_CONTROL, FieldRule>;

export const USER_MESSAGE_FIELDS = {
  content: TRANSLATED,
  name: refused(NO_SPEAKERS),
  role: TRANSLATED,
  ...CACHE_CONTROL,
} satisfies Record<keyof ChatCompletionUserMessageParam | keyof typeof CACHE_CONTROL, FieldRule>;

export const TOOL_MESSAGE_FIELDS = {
  content: TRANSLATED,
  role: TRANSLATED,
  tool_call_id: TRANSLATED,
  // Not in OpenAI's type, yet sent by many clients: the tool is known by its call.
  name: moot('the id of the call already says which tool answers'),
  ...CACHE_CONTROL,
} satisfies Record<keyof ChatCompletionToolMessageParam | 'name' | keyof typeof CACHE_CONTROL, FieldRule>;

export const ASSISTANT_MESSAGE_FIELDS = {
  audio: refused(NO_AUDIO),
  content: TRANSLATED,
  function_call: refused(NO_FUNCTIONS),
  name: refused(NO_SPEAKERS),
  refusal: TRANSLATED,
  role: TRANSLATED,
  tool_calls: TRANSLATED,
  thinking_blocks: TRANSLATED,
  reasoning_content: TRANSLATED,
  // Clients that send an answer back as it came send this with it.
  annotations: onlyEmpty('Claude takes no citations from outside: leave it out'),
  // And what the SDK of OpenAI made of the text.
  parsed: moot('it repeats the content'),
  ...CACHE_CONTROL,
} satisfies Record<
  | keyof ChatCompletionAssistantMessageParam
  | keyof Thinking
  | 'annotations'
  | 'parsed'
  | keyof typeof CACHE_CONTROL,
  FieldRule
>;
