import type { OfferedModel } from '../catalog/effective-catalog.ts';
import type { PricedModel, PriceBook } from '../pricing/index.ts';
import type { CatalogEntry } from '../storage/catalog-store.ts';
import type { Provider } from './providers/provider.ts';
import type { KnownModels } from './route.ts';

/** An entry of `GET /v1/models` and `GET /api/v0/models`: OpenAI's fields, and LM Studio's beside them. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly type: 'llm' | 'embeddings';
  readonly publisher: string;
  readonly arch: string;
  readonly compatibility_type: string;
  readonly state: 'loaded' | 'not-loaded';
  readonly max_context_length: number;
}

/** Assumed where the public list does not know a model's window. */
const UNKNOWN_CONTEXT_TOKENS = 8192;

/**
 * Every model that can be used and has a price; where two providers offer the same id, the first one's.
 *
 * @param mayUse whether the caller may use a model that the catalog has this entry for.
 */
export function listModels(
  providers: ReadonlyMap<string, Provider>,
  { catalog, prices }: KnownModels,
  mayUse: (entry: CatalogEntry) => boolean,
): { readonly object: 'list'; readonly data: readonly ListedModel[] } {
  const byId = new Map<string, ListedModel>();
  for (const provider of providers.values()) {
    for (const { modelId, price } of offeredBy(provider, prices)) {
      const entry = catalog.find(provider.name, modelId)?.entry;
      if (byId.has(modelId) || (entry && !(entry.enabled && mayUse(entry)))) continue;
      byId.set(modelId, listed(modelId, provider, price));
    }
  }
  return { object: 'list', data: [...byId.values()] };
}

/** Every model that the provider has at this moment and that has a price, switched off or not. */
export function* offeredBy(provider: Provider, prices: PriceBook): Generator<OfferedModel> {
  const { name, inventory, models } = provider;
  const ids = inventory?.ids ?? models;
  if (ids === undefined) {
    for (const price of prices.list(name)) yield { provider: name, modelId: price.modelId, price };
    return;
  }
  for (const modelId of ids) {
    const price = prices.find(name, modelId);
    if (price !== undefined) yield { provider: name, modelId, price };
  }
}

function listed(id: string, provider: Provider, model: PricedModel): ListedModel {
  return {
    id,
    object: 'model',
    // The public list does not say when a model was made.
    created: 0,
    owned_by: provider.name,
    type: id.includes('embed') ? 'embeddings' : 'llm',
    publisher: provider.system,
    arch: provider.system,
    compatibility_type: 'remote',
    state: 'loaded',
    max_context_length: model.contextWindowTokens ?? UNKNOWN_CONTEXT_TOKENS,
  };
}
