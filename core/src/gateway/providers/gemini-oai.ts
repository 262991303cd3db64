import { authorizeByGoogle } from '../credentials/google-access-token.ts';
import { Refusal } from '../errors.ts';
import type { ToOpenAiOptions } from '../translate/index.ts';
import { readGeminiOaiAnswer, readGeminiOaiChunk } from '../usage/gemini-oai.ts';
import { jsonOrSseMeter } from '../usage/any-form-meter.ts';
import { withMember } from '../wire/json-members.ts';
import { replaceHeader } from '../wire/headers.ts';
import { joinQuery, splitQuery, withoutParameter } from '../wire/query.ts';
import { vertexAiOrigin } from '../wire/vertex-ai-origin.ts';
import { refuseUnreadableForm } from './gemini-answer-form.ts';
import { useClientKey } from './google-key.ts';
import { askByChat, MESSAGES_PATH } from './messages-by-chat.ts';
import { withUsageAsked } from './openai-stream-options.ts';
import { requiredSetting } from './provider-settings-error.ts';
import type { OperationName } from '../../spans/span-record.ts';
import type { Operation, OutgoingCall, Provider, ProviderSettings, VertexAiSettings } from './provider.ts';

/** The endpoints that ask a model: https://ai.google.dev/gemini-api/docs/openai */
const LLM_ENDPOINTS: Readonly<Record<string, OperationName>> = {
  'chat/completions': 'chat',
  embeddings: 'embeddings',
};

const DIALECT = { limitField: 'max_tokens', returnsReasoning: false } as const;

/** The models before Gemini 3 do not miss the signatures of their thoughts. */
const MISSES_NO_SIGNATURE = /gemini-[12]\./;

/** What Google has for conversations that were not kept with their signatures: it asks for none then. */
const NO_SIGNATURE = { thoughtSignature: 'skip_thought_signature_validator' } as const;

/** Storing files costs nothing, and neither does calling off a batch. */
const FREE_POSTS = /^(files|batches\/[\w-]+\/cancel)$/;

/** Google's own path, and OpenAI's. */
const ENDPOINT = /^\/(?:v1beta\/openai|v1)\/([a-z]+(?:\/[\w.:-]+)*)$/;

/**
 * Gemini in OpenAI's format: from Vertex AI where a project is configured, else from the Gemini API. A key that is
 * configured for this provider is one of the Gemini API, and decides.
 *
 * @throws ProviderSettingsError
 */
export function createGeminiOai(settings: ProviderSettings): Provider {
  const { apiKey, googleTokens } = settings;
  const vertexAi = apiKey === undefined ? settings.vertexAi : undefined;
  const vertexTokens = vertexAi && requiredSetting('gemini-oai', 'Google credentials', googleTokens);
  return {
    name: 'gemini-oai',
    system: vertexAi === undefined ? 'gcp.gemini' : 'gcp.vertex_ai',
    upstream: new URL(
      settings.upstream ??
        (vertexAi ? vertexAiOrigin(vertexAi.region) : 'https://generativelanguage.googleapis.com'),
    ),
    ...(settings.models && { models: settings.models }),
    operationOf,
    prepare(request, outgoing, outputTokens) {
      refuseUnreadableForm(outgoing);
      if (request.path === MESSAGES_PATH)
        askByChat(request, outgoing, { ...dialectOf(request.model), outputTokens });
      else if (request.isStream && endpointOf(request.path) === 'chat/completions') {
        withUsageAsked(request, outgoing, 'hidden');
      }
      address(outgoing, vertexAi);
      if (vertexAi === undefined || request.model.includes('/')) return;
      // Vertex AI's endpoint has the models of several publishers.
      const named = withMember(outgoing.body.toString('utf8'), 'model', `google/${request.model}`);
      outgoing.body = Buffer.from(named);
    },
    prepareUtility(outgoing) {
      if (vertexAi !== undefined) {
        throw new Refusal(
          'not_found_error',
          'only calls to models go to Vertex AI: GET /v1/models of Candela lists what can be used',
        );
      }
      address(outgoing, vertexAi);
    },
    async authenticate(outgoing) {
      if (apiKey !== undefined) useKey(outgoing, apiKey);
      else if (vertexTokens !== undefined) await authorizeByGoogle(outgoing.headers, vertexTokens);
      else await useClientKey(outgoing, googleTokens);
    },
    meterFor: () => jsonOrSseMeter({ whole: readGeminiOaiAnswer, event: readGeminiOaiChunk }),
    cacheWritesOf: () => 'none',
  };
}

/** https://ai.google.dev/gemini-api/docs/thought-signatures */
function dialectOf(model: string): ToOpenAiOptions {
  return MISSES_NO_SIGNATURE.test(model) ? DIALECT : { ...DIALECT, ...NO_SIGNATURE };
}

function operationOf(method: string, path: string): Operation {
  if (path === MESSAGES_PATH && method === 'POST') return { kind: 'llm', name: 'chat' };
  const endpoint = endpointOf(path);
  if (endpoint === undefined) return { kind: 'unpriced' };
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return { kind: 'utility' };
  const name = Object.hasOwn(LLM_ENDPOINTS, endpoint) ? LLM_ENDPOINTS[endpoint] : undefined;
  if (method === 'POST' && name !== undefined) return { kind: 'llm', name };
  return method === 'POST' && FREE_POSTS.test(endpoint) ? { kind: 'utility' } : { kind: 'unpriced' };
}

function endpointOf(path: string): string | undefined {
  return ENDPOINT.exec(path)?.[1];
}

/** `operationOf` let none but these paths pass. */
function address(outgoing: OutgoingCall, vertexAi: VertexAiSettings | undefined): void {
  const { path, query } = splitQuery(outgoing.path);
  const base =
    vertexAi === undefined
      ? '/v1beta/openai'
      : `/v1/projects/${vertexAi.projectId}/locations/${vertexAi.region}/endpoints/openapi`;
  const sent = vertexAi === undefined ? query : withoutParameter(query, 'key');
  outgoing.path = joinQuery(`${base}/${endpointOf(path)}`, sent);
  if (vertexAi !== undefined) replaceHeader(outgoing.headers, 'x-goog-api-key');
}

/** In this format a key is a bearer's. */
function useKey(outgoing: OutgoingCall, apiKey: string): void {
  const { path, query } = splitQuery(outgoing.path);
  outgoing.path = joinQuery(path, withoutParameter(query, 'key'));
  replaceHeader(outgoing.headers, 'x-goog-api-key');
  replaceHeader(outgoing.headers, 'authorization', `Bearer ${apiKey}`);
}
