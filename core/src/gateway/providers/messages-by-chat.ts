import { anthropicRequestToOpenAi, type OpenAiRequest, type ToOpenAiOptions } from '../translate/index.ts';
import { objectAt, type JsonObject } from '../wire/json-shape.ts';
import { headerValue, replaceHeader } from '../wire/headers.ts';
import { openAiToAnthropic } from './openai-to-anthropic.ts';
import type { LlmRequest, OutgoingCall } from './provider.ts';
import { TranslatedAnswer } from './translated-answer.ts';

/** Where clients of Anthropic's ask: https://platform.claude.com/docs/en/api/messages */
export const MESSAGES_PATH = '/v1/messages';

const CHAT_PATH = '/v1/chat/completions';

/** What a client of Anthropic's says to Anthropic alone. */
const ANTHROPIC_HEADERS = [
  ...['anthropic-version', 'anthropic-beta', 'anthropic-dangerous-direct-browser-access'],
];

/** These refuse to hear of an effort: https://platform.openai.com/docs/guides/reasoning */
const NEVER_THINKS = /^(gpt-3|gpt-4|chatgpt-4)/;

/** Keys and tokens of Anthropic's begin so; they are no other company's business. */
const ANTHROPIC_KEY = /^Bearer sk-ant-/;

/**
 * Asks a model behind OpenAI's chat API for what a client of Anthropic's asks, and answers in Anthropic's format. The
 * limit is the one that the call is priced for, because a model refuses more than it can write.
 *
 * @throws Untranslatable naming the field that chat completions have nothing for.
 */
export function askByChat(
  request: LlmRequest,
  outgoing: OutgoingCall,
  { outputTokens, ...dialect }: ToOpenAiOptions & { readonly outputTokens: number },
): void {
  const { model, json, isStream } = request;
  const asked = json['max_tokens'];
  const max_tokens = typeof asked === 'number' ? Math.min(asked, Math.max(1, outputTokens)) : asked;
  const translated = anthropicRequestToOpenAi({ ...json, model, max_tokens }, dialect);
  outgoing.path = CHAT_PATH;
  outgoing.body = Buffer.from(JSON.stringify(withKnownEffort(translated, json)));
  outgoing.rewriter = new TranslatedAnswer(isStream ? 'stream' : 'whole', openAiToAnthropic());
  replaceHeader(outgoing.headers, 'accept-encoding', 'identity');
  for (const name of ANTHROPIC_HEADERS) replaceHeader(outgoing.headers, name);
  bearKey(outgoing.headers);
}

/**
 * A budget is no wish for an effort that few models know: the highest that all of them know is what it comes to. And
 * not to think is nothing to be asked of a model that cannot.
 */
function withKnownEffort(translated: OpenAiRequest, json: JsonObject): OpenAiRequest {
  if (translated.reasoning_effort === 'none' && NEVER_THINKS.test(translated.model)) {
    const { reasoning_effort: _, ...rest } = translated;
    return rest;
  }
  const isOwnWish = typeof objectAt(json, 'output_config')['effort'] === 'string';
  const isRare = translated.reasoning_effort === 'xhigh' || translated.reasoning_effort === 'max';
  return isRare && !isOwnWish ? { ...translated, reasoning_effort: 'high' } : translated;
}

/** Anthropic's clients have their key in a header of its own. */
function bearKey(headers: string[]): void {
  const key = headerValue(headers, 'x-api-key');
  replaceHeader(headers, 'x-api-key');
  const bearer = headerValue(headers, 'authorization') ?? (key === undefined ? undefined : `Bearer ${key}`);
  replaceHeader(headers, 'authorization', ANTHROPIC_KEY.test(bearer ?? '') ? undefined : bearer);
}
