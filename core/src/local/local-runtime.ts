import { ConfigError } from '../config/parse-config.ts';
import type { ProviderEntry } from '../config/shared-schema.ts';
import { isOnThisMachine } from '../runtimes/is-on-this-machine.ts';
import type { ConfiguredRuntime } from '../runtimes/open-runtimes.ts';
import { USUAL_UPSTREAMS, type BackendName } from '../runtimes/usual-upstreams.ts';

export interface LocalRuntimeSettings {
  /** `providers`, if the file has it. */
  readonly providers: readonly ProviderEntry[] | undefined;
  readonly runtimeBackend: BackendName | undefined;
  readonly localUpstream: string | undefined;
}

const USUAL_PROVIDERS: readonly ProviderEntry[] = ['local', 'openai', 'anthropic-direct'];

/**
 * The providers, that of the local runtime first, with its address. It is there if it is listed, if a runtime is
 * named, or if nothing is configured at all.
 */
export function withLocalRuntime(settings: LocalRuntimeSettings): readonly ProviderEntry[] {
  const { providers = USUAL_PROVIDERS, runtimeBackend, localUpstream } = settings;
  const others = providers.filter((entry) => nameOf(entry) !== 'local');
  const listed = providers.filter((entry) => nameOf(entry) === 'local');
  const isNamed = runtimeBackend !== undefined || localUpstream !== undefined;
  const entries = listed.length === 0 && isNamed ? ['local'] : listed;
  const upstream = localUpstream ?? USUAL_UPSTREAMS[runtimeBackend ?? 'ollama'];
  const local = entries.map((entry) =>
    typeof entry === 'string' ? { name: entry, upstream } : { upstream, ...entry },
  );
  return [...local, ...others];
}

/** @param providers as `withLocalRuntime` made them. */
export function configuredRuntime(
  settings: Omit<LocalRuntimeSettings, 'providers'>,
  providers: readonly ProviderEntry[],
): ConfiguredRuntime {
  const backend = settings.runtimeBackend ?? 'ollama';
  const entry = providers.find((one) => nameOf(one) === 'local');
  const local = typeof entry === 'string' ? undefined : entry;
  return {
    backend,
    upstream: local?.upstream ?? settings.localUpstream ?? USUAL_UPSTREAMS[backend],
    apiKeyEnv: local?.api_key_env,
  };
}

/** Whether the local runtime is at this port of this machine. */
export function isLocalRuntimeAt(port: number, providers: readonly ProviderEntry[]): boolean {
  return providers.some((entry) => {
    if (typeof entry === 'string' || entry.name !== 'local' || entry.upstream === undefined) return false;
    return isOnThisMachine(entry.upstream) && new URL(entry.upstream).port === String(port);
  });
}

/** @throws ConfigError if Candela would take its own port for the local runtime's. */
export function refuseOwnPort(port: number, setting: string, providers: readonly ProviderEntry[]): void {
  if (!isLocalRuntimeAt(port, providers)) return;
  throw new ConfigError(
    `${setting}: ${port} is where the local runtime is expected: choose another port, or say in local_upstream where the runtime is`,
  );
}

function nameOf(entry: ProviderEntry): string {
  return typeof entry === 'string' ? entry : entry.name;
}
