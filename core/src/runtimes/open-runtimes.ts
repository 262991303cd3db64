import { systemClock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { isOnThisMachine } from './is-on-this-machine.ts';
import { USUAL_UPSTREAMS, type BackendName } from './usual-upstreams.ts';
import { BACKENDS } from './backends.ts';
import type { RuntimeBackend } from './runtime-backend.ts';
import { Runtimes } from './runtimes.ts';
import { StateFile } from './state-file.ts';

/** The runtime that is asked unless another was started, and where it is. */
export interface ConfiguredRuntime {
  readonly backend: BackendName;
  readonly upstream: string;
  /** Names the variable with the key that it asks for. */
  readonly apiKeyEnv: string | undefined;
}

export interface OpenRuntimesOptions {
  readonly configured: ConfiguredRuntime;
  /** Where choices and downloads are remembered: a SQLite file that others may share. */
  readonly statePath: string;
  /** Those of 127.0.0.1 that Candela listens on itself. */
  readonly ownPorts: readonly number[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Called when something has changed that nobody asked for. */
  readonly onChange: () => void;
}

/** The runtimes of this machine: the configured one at its address, the others where they are usually. */
export async function openRuntimes(
  options: OpenRuntimesOptions,
): Promise<{ readonly runtimes: Runtimes; readonly close: () => Promise<void> }> {
  const { configured, env, logger, ownPorts, onChange } = options;
  const apiKey = configured.apiKeyEnv === undefined ? undefined : env[configured.apiKeyEnv];
  const backends = (Object.keys(BACKENDS) as BackendName[]).map((name) =>
    name === configured.backend
      ? BACKENDS[name]({ endpoint: endpointOf(configured.upstream), apiKey })
      : BACKENDS[name]({ endpoint: endpointOf(USUAL_UPSTREAMS[name]) }),
  );
  const store = new StateFile(options.statePath);
  try {
    const runtimes = await Runtimes.open({
      ...{ backends, env, logger, onChange, clock: systemClock, configured: configured.backend },
      blocked: (backend) => ownPortProblem(backend, ownPorts),
      store,
    });
    return {
      runtimes,
      async close() {
        await runtimes.close();
        store.close();
      },
    };
  } catch (cause) {
    store.close();
    throw cause;
  }
}

/** Without the `/v1` that OpenAI's clients want at the end of an address. */
function endpointOf(upstream: string): string {
  return upstream.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** Candela stands in for LM Studio at its port, unless it is told that LM Studio itself is there. */
function ownPortProblem(
  { name, title, endpoint }: RuntimeBackend,
  ownPorts: readonly number[],
): string | undefined {
  const { port } = new URL(endpoint);
  if (!isOnThisMachine(endpoint) || !ownPorts.includes(Number(port))) return undefined;
  return `${title} would listen at port ${port}, where Candela itself does: set \`runtime_backend: ${name}\` in the configuration and restart Candela, which then leaves the port alone`;
}
