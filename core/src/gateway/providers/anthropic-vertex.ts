import { authorizeByGoogle } from '../credentials/google-access-token.ts';
import { MESSAGE_READERS } from '../usage/anthropic-messages.ts';
import { jsonOrSseMeter } from '../usage/any-form-meter.ts';
import { vertexAiOrigin } from '../wire/vertex-ai-origin.ts';
import { cachePrompt } from './anthropic-caching.ts';
import { anthropicCacheWrites } from './anthropic-cache-writes.ts';
import { requiredSetting } from './provider-settings-error.ts';
import type { Operation, Provider, ProviderSettings } from './provider.ts';
import { countsTokens, readRawPredict, toCountTokens, toRawPredict } from './vertex-claude.ts';

const NAME = 'anthropic-vertex';

/**
 * Claude on Vertex AI in Anthropic's own format: https://docs.claude.com/en/api/claude-on-vertex-ai
 *
 * @throws ProviderSettingsError without a project.
 */
export function createAnthropicVertex(settings: ProviderSettings): Provider {
  const vertexAi = requiredSetting(NAME, 'vertex_ai.project_id', settings.vertexAi);
  const tokens = requiredSetting(NAME, 'Google credentials', settings.googleTokens);
  return {
    name: NAME,
    system: 'gcp.vertex_ai',
    upstream: new URL(settings.upstream ?? vertexAiOrigin(vertexAi.region)),
    ...(settings.models && { models: settings.models }),
    operationOf,
    askedInPath: readRawPredict,
    prepare(request, outgoing) {
      cachePrompt(request, outgoing);
      toRawPredict(request, outgoing, vertexAi);
    },
    prepareUtility: (outgoing) => toCountTokens(outgoing, vertexAi),
    authenticate: ({ headers }) => authorizeByGoogle(headers, tokens),
    meterFor: () => jsonOrSseMeter(MESSAGE_READERS),
    cacheWritesOf: anthropicCacheWrites,
  };
}

/** Nothing else goes through: Candela's own credentials would open everything that its project has. */
function operationOf(method: string, path: string): Operation {
  if (method !== 'POST') return { kind: 'unpriced' };
  if (countsTokens(path)) return { kind: 'utility' };
  const isMessage = path === '/v1/messages' || readRawPredict(path) !== undefined;
  return isMessage ? { kind: 'llm', name: 'chat' } : { kind: 'unpriced' };
}
