import type { CacheControlEphemeral } from '@anthropic-ai/sdk/resources/messages';
import type {
  ChatCompletionContentPartText,
  ChatCompletionCreateParams,
} from 'openai/resources/chat/completions';
import type { Field } from './field.ts';
import { checkFields, TRANSLATED, type FieldRule } from './field-rules.ts';

const CACHE_CONTROL_FIELDS = {
  type: TRANSLATED,
  ttl: TRANSLATED,
} satisfies Record<keyof CacheControlEphemeral, FieldRule>;

const BREAKPOINT_FIELDS = {
  mode: TRANSLATED,
  ttl: TRANSLATED,
} satisfies Record<keyof ChatCompletionContentPartText.PromptCacheBreakpoint, FieldRule>;

const CACHE_OPTIONS_FIELDS = {
  mode: TRANSLATED,
  ttl: TRANSLATED,
} satisfies Record<keyof ChatCompletionCreateParams.PromptCacheOptions, FieldRule>;

/**
 * Where Claude is to end a cached prefix. Said either in Anthropic's own words, which LiteLLM and OpenRouter
 * made usual on OpenAI messages, parts and tools, or by OpenAI's `prompt_cache_breakpoint` on a part.
 */
export function cacheControlOf(holder: Field): CacheControlEphemeral | undefined {
  return (
    holder.at('cache_control').ifSet(readCacheControl) ??
    holder.at('prompt_cache_breakpoint').ifSet(breakpointCacheControl)
  );
}

function readCacheControl(control: Field): CacheControlEphemeral {
  checkFields(control, CACHE_CONTROL_FIELDS);
  control.at('type').oneOf(['ephemeral']);
  const ttl = control.at('ttl').ifSet((field) => field.oneOf(['5m', '1h']));
  return { type: 'ephemeral', ...(ttl && { ttl }) };
}

/** OpenAI promises half an hour at least where it says nothing else; of Claude's two lifetimes only one does. */
function breakpointCacheControl(breakpoint: Field): CacheControlEphemeral {
  checkFields(breakpoint, BREAKPOINT_FIELDS);
  breakpoint.at('mode').oneOf(['explicit']);
  breakpoint.at('ttl').ifSet((ttl) => {
    if (ttl.value !== '30m') ttl.refuse('Claude keeps a prompt for an hour at most: send "30m"');
  });
  return { type: 'ephemeral', ttl: '1h' };
}

/** `prompt_cache_options`: implicit caching, its default, is what Claude calls automatic caching. */
export function automaticCacheControl(options: Field): CacheControlEphemeral | undefined {
  checkFields(options, CACHE_OPTIONS_FIELDS);
  options.at('ttl').ifSet((ttl) => ttl.oneOf(['30m']));
  const mode = options.at('mode').ifSet((field) => field.oneOf(['implicit', 'explicit']));
  return mode === 'explicit' ? undefined : { type: 'ephemeral', ttl: '1h' };
}
