import { Refusal } from './errors.ts';
import type { CatalogIndex } from '../catalog/catalog-index.ts';
import type { PriceBook } from '../pricing/index.ts';
import type { CatalogEntry } from '../storage/catalog-store.ts';
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

/** Who answers for a model, and by which names it goes. */
export interface ModelRoute {
  readonly provider: Provider;
  /** As it is priced and recorded. */
  readonly model: string;
  /** As the provider is asked for it. */
  readonly sentAs: string;
  /** What the catalog says of it. */
  readonly entry: CatalogEntry | undefined;
}

/** What models there are, and what they are called. */
export interface KnownModels {
  readonly catalog: CatalogIndex;
  readonly prices: PriceBook;
}

/** The model that a request to one provider means. Nothing but the catalog gives a model another name here. */
export function routeAt(provider: Provider, asked: string, { catalog, prices }: KnownModels): ModelRoute {
  const match = catalog.find(provider.name, asked);
  if (match === undefined) {
    // `claude-sonnet-4` and `…-latest` are the newest of dated ids, one of which may have the entry.
    const meant = catalog.entries.length === 0 ? undefined : prices.resolve(asked, [provider.name])?.modelId;
    const entry = meant === undefined ? undefined : catalog.find(provider.name, meant)?.entry;
    return { provider: placed(provider, entry), model: asked, sentAs: asked, entry };
  }
  const { entry, by } = match;
  const model = by === 'alias' ? entry.modelId : asked;
  const sentAs = (by !== 'version' && entry.providerModelId) || model;
  return { provider: placed(provider, entry), model, sentAs, entry };
}

function placed(provider: Provider, entry: CatalogEntry | undefined): Provider {
  return (entry && entry.region !== '' && provider.inRegion?.(entry.region)) || provider;
}

/**
 * The provider that offers this model on this path, in the order of the configuration; an unambiguous prefix
 * stands for the full id. `undefined` for a model nobody offers there, or only where it is switched off.
 */
export function routeByModel(
  asked: string,
  path: string,
  providers: ReadonlyMap<string, Provider>,
  known: KnownModels,
): ModelRoute | undefined {
  const { catalog, prices } = known;
  let open: string[] = [];
  for (const provider of providers.values()) {
    if (provider.operationOf('POST', path).kind !== 'llm') continue;
    if (provider.isReachedByModel?.(path) === false) continue;
    const match = catalog.find(provider.name, asked);
    if (match?.entry.enabled === false) continue;
    const name = match?.by === 'alias' ? match.entry.modelId : asked;
    const present = provider.inventory?.find(name);
    if (present !== undefined) return routeAt(provider, present, known);
    if (provider.models?.includes(name)) return routeAt(provider, name, known);
    if (provider.models === undefined && provider.inventory === undefined) open.push(provider.name);
  }
  for (;;) {
    const resolved = prices.resolve(asked, open);
    const provider = resolved && providers.get(resolved.provider);
    const route = provider && routeAt(provider, resolved.modelId, known);
    if (route?.entry?.enabled !== false) return route;
    open = open.filter((name) => name !== route.provider.name);
  }
}

function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
