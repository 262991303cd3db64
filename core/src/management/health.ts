import type { Clock } from '../clock.ts';
import type { CircuitBreaker } from '../gateway/gates/circuit-breaker.ts';
import type { Endpoint } from './local-api.ts';

export interface HealthSources {
  readonly version: string;
  /** `solo` on a developer's machine, `server` for a team. */
  readonly mode: 'solo' | 'server';
  readonly clock: Clock;
  /** Throws, or rejects, with what is wrong. */
  readonly checkStores: () => Promise<void>;
  /** Whose circuits are told. */
  readonly providers: ReadonlyMap<string, unknown>;
  readonly circuits: Pick<CircuitBreaker, 'stateOf'>;
  /** The store that spans are read from. */
  readonly spanStore: string;
  /** Spans lost since the start, by the name of the writer. */
  readonly spansDropped: () => ReadonlyMap<string, number>;
}

/**
 * `GET /_local/api/health`, which editors and the management page poll; it asks no provider anything:
 *
 *     {"status": "ok",            // "degraded": a provider's circuit is not closed; "error", with HTTP 503: a store is gone
 *      "version": "0.1.0", "mode": "solo", "uptime_seconds": 3600,
 *      "stores": {"state": {"status": "ok"}},         // or {"status": "error", "detail": "…"}
 *      "spans": {"store": "sqlite", "dropped": {"sqlite": 0}},      // lost since the start, by writer
 *      "providers": [{"name": "openai", "circuit": "closed"}]}      // or "open", "probing"
 */
export function health(sources: HealthSources): Endpoint {
  const { clock, version, mode } = sources;
  const startedMs = clock.monotonicMs();
  return async () => {
    const state = await stateOf(sources.checkStores);
    const providers = [...sources.providers.keys()].map((name) => ({
      name,
      circuit: sources.circuits.stateOf(name),
    }));
    const isDegraded = providers.some(({ circuit }) => circuit !== 'closed');
    const status = state.status === 'error' ? 'error' : isDegraded ? 'degraded' : 'ok';
    return {
      status: status === 'error' ? 503 : 200,
      body: {
        status,
        ...{ version, mode, uptime_seconds: Math.floor((clock.monotonicMs() - startedMs) / 1000) },
        stores: { state },
        spans: { store: sources.spanStore, dropped: Object.fromEntries(sources.spansDropped()) },
        providers,
      },
    };
  };
}

async function stateOf(
  check: () => Promise<void>,
): Promise<{ readonly status: 'ok' } | { readonly status: 'error'; readonly detail: string }> {
  try {
    await check();
    return { status: 'ok' };
  } catch (cause) {
    return { status: 'error', detail: cause instanceof Error ? cause.message : 'a store does not answer' };
  }
}
