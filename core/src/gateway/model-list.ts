import type { PricedModel, PriceBook } from '../pricing/index.ts';
import type { Provider } from './providers/provider.ts';

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

/** Every model that can be used and has a price; where two providers offer the same id, the first one's. */
export function listModels(
  providers: ReadonlyMap<string, Provider>,
  prices: PriceBook,
): { readonly object: 'list'; readonly data: readonly ListedModel[] } {
  const byId = new Map<string, ListedModel>();
  for (const provider of providers.values()) {
    for (const [id, model] of offered(provider, prices)) {
      if (!byId.has(id)) byId.set(id, entry(id, provider, model));
    }
  }
  return { object: 'list', data: [...byId.values()] };
}

function* offered(provider: Provider, prices: PriceBook): Generator<readonly [string, PricedModel]> {
  const ids = provider.inventory?.ids ?? provider.models;
  if (ids === undefined) {
    for (const model of prices.list(provider.name)) yield [model.modelId, model];
    return;
  }
  for (const id of ids) {
    const model = prices.find(provider.name, id);
    if (model !== undefined) yield [id, model];
  }
}

function entry(id: string, provider: Provider, model: PricedModel): ListedModel {
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
