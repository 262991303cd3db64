import type { Provider } from '../gateway/providers/provider.ts';

/**
 * The provider `local`, wherever the runtime in use is at the moment of a call.
 *
 * @param configured as the configuration has it.
 * @param at the same for a runtime with this base address; asked once for each.
 * @param endpoint base address of the runtime in use, without `/v1`.
 */
export function followRuntime(
  configured: Provider,
  at: (endpoint: string) => Provider,
  endpoint: () => string,
): Provider {
  // The connections to a provider are found by its address object, so each address keeps its own.
  const byEndpoint = new Map([[withoutSlash(configured.upstream.href), configured]]);
  const current = (): Provider => {
    const now = withoutSlash(endpoint());
    let provider = byEndpoint.get(now);
    if (provider === undefined) {
      provider = at(now);
      byEndpoint.set(now, provider);
    }
    return provider;
  };
  const { inventory } = configured;
  return {
    ...configured,
    get upstream() {
      return current().upstream;
    },
    ...(inventory !== undefined && {
      inventory: {
        get ids() {
          return (current().inventory ?? inventory).ids;
        },
        find: (model) => (current().inventory ?? inventory).find(model),
        refresh: () => (current().inventory ?? inventory).refresh(),
      },
    }),
    authenticate: (outgoing) => current().authenticate(outgoing),
  };
}

function withoutSlash(address: string): string {
  return address.replace(/\/$/, '');
}
