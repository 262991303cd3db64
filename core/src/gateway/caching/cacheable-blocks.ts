import type { ContentBlockParam } from '@anthropic-ai/sdk/resources/messages';
import { isObject, stringAt, type JsonObject } from '../wire/json-shape.ts';

/**
 * Which content blocks take a `cache_control`, of all that the SDK knows. Thinking takes none, and is kept along with
 * what stands around it. https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
const TAKES_CACHE_CONTROL = {
  text: true,
  image: true,
  document: true,
  search_result: true,
  thinking: false,
  redacted_thinking: false,
  tool_use: true,
  tool_result: true,
  server_tool_use: true,
  web_search_tool_result: true,
  web_fetch_tool_result: true,
  code_execution_tool_result: true,
  bash_code_execution_tool_result: true,
  text_editor_code_execution_tool_result: true,
  tool_search_tool_result: true,
  container_upload: true,
} satisfies Record<ContentBlockParam['type'], boolean>;

/** The position of the last block that takes a `cache_control`; Anthropic refuses one on a text with nothing in it. */
export function lastCacheableBlock(blocks: readonly unknown[]): number | undefined {
  const index = blocks.findLastIndex((block) => isObject(block) && isCacheable(block));
  return index === -1 ? undefined : index;
}

function isCacheable(block: JsonObject): boolean {
  const type = stringAt(block, 'type') ?? '';
  if (type === 'text') return isCacheableText(block['text']);
  return Object.hasOwn(TAKES_CACHE_CONTROL, type) && TAKES_CACHE_CONTROL[type as ContentBlockParam['type']];
}

export function isCacheableText(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '';
}

/**
 * The position of the last tool that takes a `cache_control`: a tool that is loaded only when it is looked for is no
 * part of the prompt's head.
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-use-with-prompt-caching
 */
export function lastCacheableTool(tools: readonly unknown[]): number | undefined {
  const index = tools.findLastIndex((tool) => isObject(tool) && tool['defer_loading'] !== true);
  return index === -1 ? undefined : index;
}
