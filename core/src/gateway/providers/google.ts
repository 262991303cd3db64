import { authorizeByGoogle } from '../credentials/google-access-token.ts';
import { geminiMeter } from '../usage/gemini-meter.ts';
import { readGeminiPath } from '../wire/gemini-path.ts';
import { vertexAiOrigin } from '../wire/vertex-ai-origin.ts';
import { refuseUnreadableForm } from './gemini-answer-form.ts';
import { useClientKey, useGeminiKey } from './google-key.ts';
import { refuseVertexPath, toVertexAi } from './google-vertex.ts';
import type { Operation, OutgoingCall, Provider, ProviderSettings } from './provider.ts';
import { requiredSetting } from './provider-settings-error.ts';

/** What can be asked of a model: https://ai.google.dev/api */
const METHODS: Readonly<Record<string, Operation>> = {
  generateContent: { kind: 'llm', name: 'chat' },
  streamGenerateContent: { kind: 'llm', name: 'chat' },
  embedContent: { kind: 'llm', name: 'embeddings' },
  batchEmbedContents: { kind: 'llm', name: 'embeddings' },
  countTokens: { kind: 'utility' },
  computeTokens: { kind: 'utility' },
};

/**
 * Storing files costs nothing, and neither does calling off a batch: https://ai.google.dev/gemini-api/docs/files and
 * https://ai.google.dev/api/batch-api#v1beta.batches.cancel
 */
const FREE_POSTS = /^\/((upload\/)?v1(beta|alpha)?\/files|v1(beta|alpha)\/batches\/[\w-]+:cancel)$/;

/**
 * Gemini in its own format: from Vertex AI where a project is configured, else from the Gemini API. A key that is
 * configured for this provider is one of the Gemini API, and decides.
 *
 * @throws ProviderSettingsError
 */
export function createGoogle(settings: ProviderSettings): Provider {
  const { apiKey, googleTokens } = settings;
  const vertexAi = apiKey === undefined ? settings.vertexAi : undefined;
  const vertexTokens = vertexAi && requiredSetting('google', 'Google credentials', googleTokens);
  const address = (outgoing: OutgoingCall): void => {
    if (vertexAi === undefined) refuseVertexPath(outgoing.path);
    else toVertexAi(outgoing, vertexAi);
  };
  return {
    name: 'google',
    system: vertexAi === undefined ? 'gcp.gemini' : 'gcp.vertex_ai',
    upstream: new URL(
      settings.upstream ??
        (vertexAi ? vertexAiOrigin(vertexAi.region) : 'https://generativelanguage.googleapis.com'),
    ),
    ...(settings.models && { models: settings.models }),
    operationOf,
    askedInPath(path) {
      const call = readGeminiPath(path);
      return call && { model: call.model, isStream: call.method === 'streamGenerateContent' };
    },
    prepare(_request, outgoing) {
      refuseUnreadableForm(outgoing);
      address(outgoing);
    },
    prepareUtility: address,
    async authenticate(outgoing) {
      if (apiKey !== undefined) useGeminiKey(outgoing, apiKey);
      else if (vertexTokens !== undefined) await authorizeByGoogle(outgoing.headers, vertexTokens);
      else await useClientKey(outgoing, googleTokens);
    },
    meterFor: geminiMeter,
    // Gemini caches unasked and charges nothing for writing; what is stored by request is an endpoint of its own.
    cacheWritesOf: () => 'none',
  };
}

function operationOf(method: string, path: string): Operation {
  const call = readGeminiPath(path);
  if (method === 'POST') {
    const asked = call && Object.hasOwn(METHODS, call.method) ? METHODS[call.method] : undefined;
    return asked ?? (FREE_POSTS.test(path) ? { kind: 'utility' } : { kind: 'unpriced' });
  }
  // Nothing but a POST asks a model; whatever a method override would make of this does not pass.
  const isFree = method === 'GET' || method === 'HEAD' || method === 'DELETE';
  return isFree && call === undefined ? { kind: 'utility' } : { kind: 'unpriced' };
}
