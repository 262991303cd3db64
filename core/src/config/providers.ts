import { createProvider } from '../gateway/providers/registry.ts';
import type { Provider } from '../gateway/providers/provider.ts';
import { ConfigError } from './parse-config.ts';
import type { ProviderEntry } from './shared-schema.ts';

/**
 * The configured providers by name, in their order.
 *
 * @throws ConfigError for a key that is named and not there: calls would fail later, with the provider's words.
 */
export function configuredProviders(
  entries: readonly ProviderEntry[],
  env: Readonly<Record<string, string | undefined>>,
): Map<string, Provider> {
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
      createProvider(settings.name, {
        ...(settings.upstream !== undefined && { upstream: settings.upstream }),
        ...(apiKey !== undefined && { apiKey }),
        ...(settings.models !== undefined && { models: settings.models }),
      }),
    );
  }
  return providers;
}
