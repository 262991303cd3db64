import type { Env } from '../config/environment.ts';
import { configuredProviders } from '../config/providers.ts';
import type { ProviderEntry } from '../config/shared-schema.ts';
import type { Provider } from '../gateway/providers/provider.ts';
import type { Logger } from '../logger.ts';
import { LOCAL_PROVIDER } from '../pricing/index.ts';
import { followRuntime } from '../runtimes/follow-runtime.ts';
import type { Runtimes } from '../runtimes/runtimes.ts';
import type { LocalConfig } from './local-config.ts';

/** The runtime's entry among the providers, as configured or as it usually is. */
export function localEntryOf({ providers, runtime }: LocalConfig): Exclude<ProviderEntry, string> {
  const entry = providers.find((one) => typeof one !== 'string' && one.name === LOCAL_PROVIDER);
  return entry === undefined || typeof entry === 'string'
    ? { name: LOCAL_PROVIDER, upstream: runtime.upstream }
    : entry;
}

/** The provider `local`, where it is configured, is whichever runtime is in use. */
export function letLocalFollow(
  runtimes: Runtimes,
  providers: Map<string, Provider>,
  { config, env, logger }: { readonly config: LocalConfig; readonly env: Env; readonly logger: Logger },
): void {
  const local = providers.get(LOCAL_PROVIDER);
  const entry = config.providers.find((one) => typeof one !== 'string' && one.name === LOCAL_PROVIDER);
  if (local === undefined || entry === undefined || typeof entry === 'string') return;
  const at = (upstream: string): Provider =>
    configuredProviders([{ name: LOCAL_PROVIDER, upstream, ...(entry.models && { models: entry.models }) }], {
      ...{ env, logger },
    }).get(LOCAL_PROVIDER) ?? local;
  providers.set(
    LOCAL_PROVIDER,
    followRuntime(local, at, () => runtimes.active.endpoint),
  );
}
