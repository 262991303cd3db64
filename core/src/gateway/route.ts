import { Refusal } from './errors.ts';
import type { PriceBook } from '../pricing/index.ts';
import type { Provider } from './providers/provider.ts';

/** A request's path cut into what names the provider and what the provider is asked. */
export interface Target {
  /** Absent on `/v1/…`, where the body's model decides. */
  readonly provider?: Provider;
  /** The provider's own path, without the query. */
  readonly path: string;
  /** The provider's own path and query. */
  readonly pathAndQuery: string;
}

const PROXY_PREFIX = '/proxy/';

/** The endpoints that are routed by the body's `model` (contract section 1). */
const BY_MODEL: ReadonlySet<string> = new Set([
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/responses',
  '/v1/messages',
]);

/** Whether the gateway answers this path at all. */
export function isGatewayPath(url: string): boolean {
  return url.startsWith(PROXY_PREFIX) || BY_MODEL.has(withoutQuery(url));
}

/** @throws Refusal `invalid_request_error` for an unknown provider, or no path behind it. */
export function targetOf(url: string, providers: ReadonlyMap<string, Provider>): Target {
  if (!url.startsWith(PROXY_PREFIX)) return { path: withoutQuery(url), pathAndQuery: url };
  const whole = withoutQuery(url);
  const slash = whole.indexOf('/', PROXY_PREFIX.length);
  const name = whole.slice(PROXY_PREFIX.length, slash === -1 ? undefined : slash);
  const provider = providers.get(name);
  if (provider === undefined) {
    const known = [...providers.keys()].join(', ');
    throw new Refusal('invalid_request_error', `unknown provider in the path: configured are ${known}`);
  }
  const pathAndQuery = slash === -1 ? '/' : url.slice(slash);
  const path = withoutQuery(pathAndQuery);
  if (path === '/') {
    throw new Refusal(
      'invalid_request_error',
      `no path behind /proxy/${name}: add the provider's own, such as /v1/models`,
    );
  }
  return { provider, path, pathAndQuery };
}

/** Who answers for a model on `/v1/…`, and by which name it knows the model. */
export interface ModelRoute {
  readonly provider: Provider;
  readonly model: string;
}

/**
 * The provider that offers this model on this path, in the order of the configuration; an unambiguous prefix
 * stands for the full id. `undefined` for a model nobody offers there.
 */
export function routeByModel(
  model: string,
  path: string,
  providers: ReadonlyMap<string, Provider>,
  prices: PriceBook,
): ModelRoute | undefined {
  const open: string[] = [];
  for (const provider of providers.values()) {
    if (provider.operationOf('POST', path).kind !== 'llm') continue;
    if (provider.isReachedByModel?.(path) === false) continue;
    const present = provider.inventory?.find(model);
    if (present !== undefined) return { provider, model: present };
    if (provider.models?.includes(model)) return { provider, model };
    if (provider.models === undefined && provider.inventory === undefined) open.push(provider.name);
  }
  const resolved = prices.resolve(model, open);
  const provider = resolved && providers.get(resolved.provider);
  return provider && { provider, model: resolved.modelId };
}

function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
