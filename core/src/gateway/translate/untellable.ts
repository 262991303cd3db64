import type { ToolUnion } from '@anthropic-ai/sdk/resources/messages';
import { isObject, type JsonObject } from '../wire/json-shape.ts';
import { Field } from './field.ts';

/**
 * Who runs the tools that Anthropic itself describes. What a client runs it is called for like for any other tool; what
 * Anthropic runs leaves results and citations in the answer, for which a chat completion has no place.
 */
const IS_RUN_BY_CLIENT = {
  custom: true,
  bash_20250124: true,
  memory_20250818: true,
  browser_toolset_20260801: true,
  computer_toolset_20260801: true,
  text_editor_20250124: true,
  text_editor_20250429: true,
  text_editor_20250728: true,
  code_execution_20250522: false,
  code_execution_20250825: false,
  code_execution_20260120: false,
  code_execution_20260521: false,
  web_search_20250305: false,
  web_search_20260209: false,
  web_search_20260318: false,
  web_fetch_20250910: false,
  web_fetch_20260209: false,
  web_fetch_20260309: false,
  web_fetch_20260318: false,
  tool_search_tool_bm25: false,
  tool_search_tool_bm25_20251119: false,
  tool_search_tool_regex: false,
  tool_search_tool_regex_20251119: false,
} satisfies Record<NonNullable<ToolUnion['type']>, boolean>;

/** Of betas: what it is called for, whichever day it is of. */
const CLIENT_TOOL = /^(bash|computer|memory|text_editor)_\d+$/;

const ASK_ELSEWHERE = "ask anthropic-vertex, which answers in Anthropic's format";

/**
 * Holds a request in Anthropic's format, whose answer becomes a chat completion, against what that can tell.
 *
 * @throws Untranslatable naming what would be lost of the answer.
 */
export function refuseUntellable(json: JsonObject): void {
  const request = new Field(json);
  for (const tool of itemsOf(request.at('tools'))) {
    const type = tool.at('type');
    if (type.isSet && !isRunByClient(type.value)) {
      type.refuse(`a chat completion has no place for what this tool finds: ${ASK_ELSEWHERE}`);
    }
  }
  for (const message of itemsOf(request.at('messages'))) refuseCitations(message.at('content'));
}

function isRunByClient(type: unknown): boolean {
  if (typeof type !== 'string') return false;
  const known: Readonly<Record<string, boolean>> = IS_RUN_BY_CLIENT;
  return (Object.hasOwn(known, type) ? known[type] : undefined) ?? CLIENT_TOOL.test(type);
}

/** Documents and search results ask to be cited, be it as the result of a tool. */
function refuseCitations(content: Field): void {
  for (const block of itemsOf(content)) {
    const citations = block.at('citations');
    if (isObject(citations.value) && citations.value['enabled'] === true) {
      citations.refuse(`a chat completion has no place for citations: ${ASK_ELSEWHERE}`);
    }
    if (block.at('type').value === 'tool_result') refuseCitations(block.at('content'));
  }
}

/** What is malformed is Anthropic's to refuse. */
function itemsOf(list: Field): readonly Field[] {
  return Array.isArray(list.value) ? list.items().filter((item) => isObject(item.value)) : [];
}
