/** What a model reads for a request that the request's own bytes do not show. */
export interface HiddenInput {
  /** A stored conversation, prompt or cache is named. */
  readonly readsStoredContext: boolean;
  /** Tools the provider defines (`web_search`, `bash_20250124`): it adds their instructions itself. */
  readonly providerDefinedTools: number;
}

/**
 * OpenAI responses (`previous_response_id`, `conversation`, `prompt.id`), Gemini (`cachedContent`).
 * https://platform.openai.com/docs/api-reference/responses/create · https://ai.google.dev/api/generate-content
 */
const STORED_CONTEXT_KEYS = ['previous_response_id', 'conversation', 'cachedContent', 'cached_content'];

type Json = Readonly<Record<string, unknown>>;

/** Reads the top level of a body of any format the gateway speaks. */
export function hiddenInputOf(body: unknown): HiddenInput {
  if (!isObject(body)) return { readsStoredContext: false, providerDefinedTools: 0 };
  const { prompt, tools } = body as { readonly prompt?: unknown; readonly tools?: unknown };
  return {
    readsStoredContext:
      STORED_CONTEXT_KEYS.some((key) => body[key] !== undefined && body[key] !== null) ||
      (isObject(prompt) && typeof prompt['id'] === 'string'),
    providerDefinedTools: Array.isArray(tools) ? tools.filter(isProviderDefined).length : 0,
  };
}

/** OpenAI's own kinds of tool, Anthropic's dated ones, Gemini's `{"googleSearch": {}}`. */
function isProviderDefined(tool: unknown): boolean {
  if (!isObject(tool)) return false;
  const { type } = tool as { readonly type?: unknown };
  if (typeof type === 'string') return type !== 'function' && type !== 'custom';
  return !('name' in tool || 'functionDeclarations' in tool || 'function_declarations' in tool);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
