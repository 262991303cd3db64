import { systemClock } from '../../clock.ts';
import { authorizeByGoogle } from '../credentials/google-access-token.ts';
import {
  detectRequestFormat,
  openAiRequestToAnthropic,
  refuseUntellable,
  wantsStreamUsage,
} from '../translate/index.ts';
import { MESSAGE_READERS } from '../usage/anthropic-messages.ts';
import { jsonOrSseMeter } from '../usage/any-form-meter.ts';
import { isObject } from '../wire/json-shape.ts';
import { replaceHeader } from '../wire/headers.ts';
import { vertexAiOrigin } from '../wire/vertex-ai-origin.ts';
import { cachePrompt } from './anthropic-caching.ts';
import { anthropicCacheWrites } from './anthropic-cache-writes.ts';
import { anthropicToOpenAi } from './anthropic-to-openai.ts';
import { requiredSetting } from './provider-settings-error.ts';
import type { LlmRequest, Operation, OutgoingCall, Provider, ProviderSettings } from './provider.ts';
import { TranslatedAnswer } from './translated-answer.ts';
import { toCountTokens, toRawPredict } from './vertex-claude.ts';

const NAME = 'anthropic';
const MESSAGES = '/v1/messages';
const CHAT = '/v1/chat/completions';
const COUNT_TOKENS = '/v1/messages/count_tokens';

/** What a client of OpenAI's says to OpenAI alone. */
const OPENAI_HEADERS = ['openai-organization', 'openai-project', 'openai-beta'];

/**
 * Claude on Vertex AI for clients of OpenAI's API: a chat request, or messages in Anthropic's format, come in, and
 * a chat completion goes out (contract section 1).
 *
 * @throws ProviderSettingsError without a project.
 */
export function createAnthropic(settings: ProviderSettings): Provider {
  const vertexAi = requiredSetting(NAME, 'vertex_ai.project_id', settings.vertexAi);
  const tokens = requiredSetting(NAME, 'Google credentials', settings.googleTokens);
  return {
    name: NAME,
    system: 'gcp.vertex_ai',
    upstream: new URL(settings.upstream ?? vertexAiOrigin(vertexAi.region)),
    ...(settings.models && { models: settings.models }),
    operationOf,
    // Whoever sends messages to no provider in particular wants messages back.
    isReachedByModel: (path) => path !== MESSAGES,
    prepare(request, outgoing, outputTokens) {
      const includesUsage = translateRequest(request, outgoing, outputTokens);
      toRawPredict(request, outgoing, vertexAi);
      const createdS = Math.floor(systemClock.nowUnixMs() / 1000);
      outgoing.rewriter = new TranslatedAnswer(
        request.isStream ? 'stream' : 'whole',
        anthropicToOpenAi({ createdS, includesUsage }),
      );
      replaceHeader(outgoing.headers, 'accept-encoding', 'identity');
      for (const name of OPENAI_HEADERS) replaceHeader(outgoing.headers, name);
    },
    prepareUtility: (outgoing) => toCountTokens(outgoing, vertexAi),
    authenticate: ({ headers }) => authorizeByGoogle(headers, tokens),
    meterFor: () => jsonOrSseMeter(MESSAGE_READERS),
    cacheWritesOf: anthropicCacheWrites,
  };
}

function operationOf(method: string, path: string): Operation {
  if (method !== 'POST') return { kind: 'unpriced' };
  if (path === COUNT_TOKENS) return { kind: 'utility' };
  return path === CHAT || path === MESSAGES ? { kind: 'llm', name: 'chat' } : { kind: 'unpriced' };
}

/** Answers whether the client's stream is to tell its usage: Anthropic's always do. */
function translateRequest(request: LlmRequest, outgoing: OutgoingCall, outputTokens: number): boolean {
  const json = { ...request.json, model: request.model };
  if (request.path === MESSAGES || detectRequestFormat(json) === 'anthropic') {
    refuseUntellable(json);
    cachePrompt(request, outgoing);
    return true;
  }
  const translated = openAiRequestToAnthropic(json, { maxOutputTokens: outputTokens });
  outgoing.body = Buffer.from(JSON.stringify(translated));
  // Whoever sends options for the cache has decided about it, be it to have nothing cached.
  if (!isObject(request.json['prompt_cache_options']))
    cachePrompt({ ...request, json: { ...translated } }, outgoing);
  return wantsStreamUsage(json);
}
