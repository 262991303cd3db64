import type { CacheControlEphemeral } from '@anthropic-ai/sdk/resources/messages';
import type { JsonObject } from '../wire/json-shape.ts';
import { withMember } from '../wire/json-members.ts';
import { editedAt, type JsonPath } from '../wire/json-path.ts';
import { isCacheableText, lastCacheableBlock, lastCacheableTool } from './cacheable-blocks.ts';
import type { CacheTtl, CachingSettings } from './caching-settings.ts';
import { cachesItself } from './client-caching.ts';

/**
 * A request in Anthropic's format with the breakpoints that the mode asks for, at most two of the four that Anthropic
 * allows; the same to the byte everywhere else. A client that caches itself is left alone. Nothing here looks at how
 * long a prompt is: one that is too short for its model is answered without a cache, and costs what it would have.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 *
 * @param text the request; `json` is the same, read.
 */
export function withCacheBreakpoints(text: string, json: JsonObject, { mode, ttl }: CachingSettings): string {
  if (mode === 'off' || cachesItself(json)) return text;
  const places = [endOfHead(json), mode === 'auto' ? endOfMessages(json) : undefined];
  return places.reduce<string>(
    (edited, place) =>
      place === undefined ? edited : editedAt(edited, place, (value) => marked(value, ttl)),
    text,
  );
}

/** Tools come before the system prompt, which therefore ends a head that has both. */
function endOfHead({ system, tools }: JsonObject): JsonPath | undefined {
  const inSystem = endOfContent(system);
  if (inSystem !== undefined) return ['system', ...inSystem];
  const tool = Array.isArray(tools) ? lastCacheableTool(tools) : undefined;
  return tool === undefined ? undefined : ['tools', tool];
}

/** The next turn repeats all there is, so that it finds it in the cache. */
function endOfMessages({ messages }: JsonObject): JsonPath | undefined {
  if (!Array.isArray(messages)) return undefined;
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index] as { readonly content?: unknown } | null;
    const inMessage = endOfContent(message?.content);
    if (inMessage !== undefined) return ['messages', index, 'content', ...inMessage];
  }
  return undefined;
}

/** Where content takes a breakpoint: the text that it is, or the last of its blocks that can. */
function endOfContent(content: unknown): JsonPath | undefined {
  if (isCacheableText(content)) return [];
  const block = Array.isArray(content) ? lastCacheableBlock(content) : undefined;
  return block === undefined ? undefined : [block];
}

/** A text has no place for a breakpoint, so it becomes the one block that it stands for. */
function marked(value: string, ttl: CacheTtl): string {
  const control = cacheControl(ttl);
  if (!value.startsWith('"')) return withMember(value, 'cache_control', control);
  return `[{"type":"text","text":${value},"cache_control":${JSON.stringify(control)}}]`;
}

/** Five minutes go without saying, and some models on Bedrock refuse to be told. */
function cacheControl(ttl: CacheTtl): CacheControlEphemeral {
  return ttl === '5m' ? { type: 'ephemeral' } : { type: 'ephemeral', ttl };
}
