import type {
  Base64ImageSource,
  CitationsConfigParam,
  ContentBlockSource,
  DirectCaller,
  ImageBlockParam,
  MessageCreateParams,
  MessageParam,
  OutputConfig,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
  ToolUseBlockParam,
  DocumentBlockParam,
  ThinkingConfigAdaptive,
  ThinkingConfigEnabled,
  URLImageSource,
  Metadata,
} from '@anthropic-ai/sdk/resources/messages';
import { isObject } from '../wire/json-shape.ts';
import { moot, only, onlyEmpty, refused, TRANSLATED, type FieldRule } from './field-rules.ts';

const CLEAR_THINKING = 'clear_thinking_20251015';

const CACHES_ITSELF = moot('OpenAI caches every prompt by itself');
const NO_HEADER = refused("is a header of Anthropic's, not a field: leave it out");
const NO_TOOLSETS = refused("toolsets are Anthropic's own: describe the tool with an input_schema");
const NO_CITATIONS = onlyEmpty('OpenAI has no citations of given documents: leave it out');

/** `POST /v1/messages`, every field, as OpenAI's chat completions API is asked for it. */
export const ANTHROPIC_REQUEST_FIELDS = {
  max_tokens: TRANSLATED,
  messages: TRANSLATED,
  model: TRANSLATED,
  cache_control: CACHES_ITSELF,
  context_management: {
    kind: 'only',
    isMet: clearsThinkingOnly,
    why: 'OpenAI takes nothing out of a conversation but its thinking: send the conversation as it is to be read',
  },
  container: refused("OpenAI's chat API runs no code: leave it out"),
  diagnostics: refused('OpenAI tells nothing of cache misses: leave it out'),
  inference_geo: refused("OpenAI's chat API takes no region: leave it out"),
  metadata: TRANSLATED,
  output_config: TRANSLATED,
  service_tier: TRANSLATED,
  speed: only(['standard'], 'this model has no fast mode: leave it out'),
  stop_sequences: TRANSLATED,
  stream: TRANSLATED,
  system: TRANSLATED,
  thinking: TRANSLATED,
  tool_choice: TRANSLATED,
  tools: TRANSLATED,
  user_profile_id: NO_HEADER,
  workspace_id: NO_HEADER,
  // No longer in the SDK's type, but known to the API and sent by many clients.
  temperature: TRANSLATED,
  top_p: TRANSLATED,
  top_k: refused('OpenAI has no top_k: send top_p instead'),
  // Google's and Amazon's endpoints want it in the body.
  anthropic_version: moot('it says how the request is written, which its translation is not any more'),
} satisfies Record<
  | keyof MessageCreateParams
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'anthropic_version'
  // Of a beta that Claude Code always uses.
  | 'context_management',
  FieldRule
>;

/** https://platform.claude.com/docs/en/build-with-claude/context-editing */
function clearsThinkingOnly(management: unknown): boolean {
  if (!isObject(management) || Object.keys(management).join() !== 'edits') return false;
  const { edits } = management;
  return Array.isArray(edits) && edits.every((edit) => isObject(edit) && edit['type'] === CLEAR_THINKING);
}

export const METADATA_FIELDS = { user_id: TRANSLATED } satisfies Record<keyof Metadata, FieldRule>;

export const OUTPUT_CONFIG_FIELDS = {
  effort: TRANSLATED,
  format: TRANSLATED,
} satisfies Record<keyof OutputConfig, FieldRule>;

export const THINKING_FIELDS = {
  type: TRANSLATED,
  budget_tokens: TRANSLATED,
  display: moot('thinking is shown as far as the model shows any'),
} satisfies Record<keyof ThinkingConfigEnabled | keyof ThinkingConfigAdaptive, FieldRule>;

export const MESSAGE_FIELDS = {
  role: TRANSLATED,
  content: TRANSLATED,
} satisfies Record<keyof MessageParam, FieldRule>;

export const TEXT_FIELDS = {
  type: TRANSLATED,
  text: TRANSLATED,
  cache_control: CACHES_ITSELF,
  citations: NO_CITATIONS,
} satisfies Record<keyof TextBlockParam, FieldRule>;

export const IMAGE_FIELDS = {
  type: TRANSLATED,
  source: TRANSLATED,
  cache_control: CACHES_ITSELF,
  transformations: refused('OpenAI scales images as it likes: leave it out'),
} satisfies Record<keyof ImageBlockParam, FieldRule>;

export const DOCUMENT_FIELDS = {
  type: TRANSLATED,
  source: TRANSLATED,
  title: TRANSLATED,
  context: TRANSLATED,
  cache_control: CACHES_ITSELF,
  citations: TRANSLATED,
} satisfies Record<keyof DocumentBlockParam, FieldRule>;

/** Where an image or a document is: `base64` and `text` hold it themselves. */
export const INLINE_SOURCE_FIELDS = {
  type: TRANSLATED,
  media_type: TRANSLATED,
  data: TRANSLATED,
} satisfies Record<keyof Base64ImageSource, FieldRule>;

export const URL_SOURCE_FIELDS = {
  type: TRANSLATED,
  url: TRANSLATED,
} satisfies Record<keyof URLImageSource, FieldRule>;

export const CONTENT_SOURCE_FIELDS = {
  type: TRANSLATED,
  content: TRANSLATED,
} satisfies Record<keyof ContentBlockSource, FieldRule>;

export const CITATIONS_FIELDS = {
  enabled: only([false], 'OpenAI cites no documents: leave it out'),
} satisfies Record<keyof CitationsConfigParam, FieldRule>;

export const CALLER_FIELDS = { type: TRANSLATED } satisfies Record<keyof DirectCaller, FieldRule>;

export const TOOL_USE_FIELDS = {
  type: TRANSLATED,
  id: TRANSLATED,
  name: TRANSLATED,
  input: TRANSLATED,
  cache_control: CACHES_ITSELF,
  caller: TRANSLATED,
  toolset_name: NO_TOOLSETS,
} satisfies Record<keyof ToolUseBlockParam, FieldRule>;

export const TOOL_RESULT_FIELDS = {
  type: TRANSLATED,
  tool_use_id: TRANSLATED,
  content: TRANSLATED,
  is_error: TRANSLATED,
  cache_control: CACHES_ITSELF,
  toolset_name: NO_TOOLSETS,
} satisfies Record<keyof ToolResultBlockParam, FieldRule>;

export const TOOL_FIELDS = {
  name: TRANSLATED,
  type: TRANSLATED,
  description: TRANSLATED,
  input_schema: TRANSLATED,
  strict: TRANSLATED,
  cache_control: CACHES_ITSELF,
  eager_input_streaming: moot('OpenAI streams the arguments of every call as they are written'),
  allowed_callers: {
    kind: 'only',
    isMet: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'direct',
    why: 'OpenAI has no code that could call tools: send ["direct"] or leave it out',
  },
  defer_loading: only([false], "OpenAI's chat API loads every tool: send false or leave it out"),
  input_examples: onlyEmpty('OpenAI takes no examples: put them into the description'),
} satisfies Record<keyof Tool, FieldRule>;
