import type { AuthClient } from 'google-auth-library';
import type { z } from 'zod';
import { googleAccessTokens } from '../gateway/credentials/google-access-token.ts';
import { ProviderSettingsError } from '../gateway/providers/provider-settings-error.ts';
import { withRegions } from '../gateway/providers/in-region.ts';
import { createProvider } from '../gateway/providers/registry.ts';
import type { Provider, ProviderSettings } from '../gateway/providers/provider.ts';
import type { Logger } from '../logger.ts';
import type { Env } from './environment.ts';
import { ConfigError } from './parse-config.ts';
import type { aws, ProviderEntry, vertexAi } from './shared-schema.ts';

/** What providers have in common, or have from outside the configuration. */
export interface ProvidersContext {
  /** Where keys are. */
  readonly env: Env;
  readonly logger: Logger;
  readonly vertexAi?: z.infer<typeof vertexAi> | undefined;
  readonly aws?: z.infer<typeof aws> | undefined;
  /** The credentials of whoever has signed in; they go before Application Default Credentials. */
  readonly googleSignIn?: () => Promise<AuthClient | undefined>;
}

/** Where all models of Anthropic's and Google's are, at the list's prices. */
const VERTEX_AI_REGION = 'global';

/**
 * The configured providers by name, in their order.
 *
 * @throws ConfigError for what is missing, such as a key that is named and not there: calls would fail later, with
 * the provider's words.
 */
export function configuredProviders(
  entries: readonly ProviderEntry[],
  context: ProvidersContext,
): Map<string, Provider> {
  const { env } = context;
  const clouds = cloudSettings(context);
  const providers = new Map<string, Provider>();
  for (const entry of entries) {
    const settings = typeof entry === 'string' ? { name: entry } : entry;
    if (providers.has(settings.name)) {
      throw new ConfigError(`providers: ${settings.name} is configured twice`);
    }
    const apiKey = settings.api_key_env === undefined ? undefined : env[settings.api_key_env];
    if (settings.api_key_env !== undefined && !apiKey) {
      throw new ConfigError(
        `providers: ${settings.name}: the environment variable ${settings.api_key_env} is not set`,
      );
    }
    providers.set(
      settings.name,
      created(settings.name, {
        ...clouds,
        ...(settings.upstream !== undefined && { upstream: settings.upstream }),
        ...(apiKey !== undefined && { apiKey }),
        ...(settings.models !== undefined && { models: settings.models }),
      }),
    );
  }
  return providers;
}

/** Those that a cloud has in many places. */
const REGIONAL: ReadonlySet<string> = new Set([
  'google',
  'gemini-oai',
  'anthropic',
  'anthropic-vertex',
  'anthropic-bedrock',
]);

function created(name: string, settings: ProviderSettings): Provider {
  try {
    const create = (placed: ProviderSettings): Provider => createProvider(name, placed);
    return REGIONAL.has(name) ? withRegions(settings, create) : create(settings);
  } catch (cause) {
    if (cause instanceof ProviderSettingsError)
      throw new ConfigError(`providers: ${cause.message}`, { cause });
    throw cause;
  }
}

function cloudSettings(context: ProvidersContext): ProviderSettings {
  const { env, logger, vertexAi: google, aws: amazon, googleSignIn } = context;
  const region = amazon?.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  const profile = amazon?.profile;
  const projectId = google?.project_id;
  return {
    googleTokens: googleAccessTokens({
      logger,
      signedIn: googleSignIn,
      ...(projectId !== undefined && { projectId }),
    }),
    ...(projectId !== undefined && { vertexAi: { projectId, region: google?.region ?? VERTEX_AI_REGION } }),
    ...(region && { aws: { region, ...(profile !== undefined && { profile }) } }),
  };
}
