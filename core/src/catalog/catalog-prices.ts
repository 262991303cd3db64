import {
  discountPpbFrom,
  normaliseModelId,
  pricedModelFromOverride,
  priceFamilyOf,
  LOCAL_PROVIDER,
  type PriceBook,
  type PricedModel,
  type ResolvedModel,
} from '../pricing/index.ts';
import type { CatalogEntry } from '../storage/catalog-store.ts';
import type { CatalogIndex, CatalogMatch } from './catalog-index.ts';

/** Where the catalog stands at this moment. */
export type CatalogNow = () => CatalogIndex;

/**
 * A price book with the catalog before it (contract section 5): an entry's own price comes before every other, and
 * an entry without one leaves the price as it is but for its discount.
 */
export function withCatalogPrices(book: PriceBook, catalog: CatalogNow): PriceBook {
  return layered(book, catalog, new WeakMap());
}

/** An entry's price as last made, and what it was made from. */
type Memo = WeakMap<
  CatalogEntry,
  {
    readonly own: PricedModel | undefined;
    readonly globalDiscountPpb: bigint;
    readonly made: PricedModel | undefined;
  }
>;

function layered(book: PriceBook, catalog: CatalogNow, memo: Memo): PriceBook {
  const priceOf = (entry: CatalogEntry, own: PricedModel | undefined): PricedModel | undefined => {
    const { globalDiscountPpb } = book;
    const known = memo.get(entry);
    if (known && known.own === own && known.globalDiscountPpb === globalDiscountPpb) return known.made;
    const made = priceBy(entry, own, globalDiscountPpb);
    memo.set(entry, { own, globalDiscountPpb, made });
    return made;
  };

  const ownOf = (entry: CatalogEntry, provider: string): PricedModel | undefined => {
    const named = book.find(provider, entry.modelId);
    if (entry.providerModelId === '' || (named && named.source !== 'list')) return named;
    return book.find(provider, entry.providerModelId) ?? named;
  };

  const priced = (
    { entry, by }: CatalogMatch,
    provider: string,
    modelId: string,
  ): PricedModel | undefined => {
    if (by !== 'version') return priceOf(entry, ownOf(entry, provider));
    const listed = book.find(provider, modelId);
    const isOtherModel =
      listed !== undefined && listed.modelId !== book.find(provider, entry.modelId)?.modelId;
    return isOtherModel ? listed : priceOf(entry, listed);
  };

  const find = (provider: string, modelId: string): PricedModel | undefined => {
    const index = catalog();
    if (index.entries.length === 0 || provider === LOCAL_PROVIDER) return book.find(provider, modelId);
    const family = priceFamilyOf(provider);
    const match = index.find(provider, modelId) ?? (family && index.find(family, modelId));
    if (match !== undefined) return priced(match, provider, modelId);
    const elsewhere = (): PricedModel | undefined => {
      const other = index.entries.find((entry) => index.find(entry.provider, modelId)?.entry === entry);
      return other && priceOf(other, undefined);
    };
    return book.find(provider, modelId) ?? elsewhere();
  };

  return {
    find,
    resolve(modelId, providers) {
      const listed = book.resolve(modelId, providers);
      const named = providers && namedAmong(catalog(), modelId, providers);
      const target = named && !isListedBefore(listed, named, modelId, providers) ? named : listed;
      const model = target && find(target.provider, target.modelId);
      return target && model && { provider: target.provider, modelId: target.modelId, model };
    },
    list(provider) {
      const index = catalog();
      if (index.entries.length === 0) return book.list(provider);
      const listed = book.list(provider).map(({ modelId }) => modelId);
      const spellings = new Set(listed.map(normaliseModelId));
      const added = index.entries
        .filter((entry) => entry.provider === provider && !spellings.has(normaliseModelId(entry.modelId)))
        .map((entry) => entry.modelId);
      return [...listed, ...added].toSorted().flatMap((modelId) => {
        const model = find(provider, modelId);
        return model ? [{ ...model, modelId }] : [];
      });
    },
    snapshot() {
      const index = catalog();
      return index.entries.length === 0 ? book.snapshot() : layered(book.snapshot(), () => index, memo);
    },
    get globalDiscountPpb() {
      return book.globalDiscountPpb;
    },
  };
}

interface Named {
  readonly provider: string;
  readonly modelId: string;
  readonly by: 'id' | 'alias';
}

/** The first provider of whom the catalog says that it has a model of this name. */
function namedAmong(index: CatalogIndex, name: string, providers: readonly string[]): Named | undefined {
  for (const provider of providers) {
    const match = index.find(provider, name);
    if (match !== undefined && match.by !== 'version') {
      return { provider, modelId: match.entry.modelId, by: match.by };
    }
  }
  return undefined;
}

/** An entry that only says more of a listed model does not put its provider before an earlier one that lists it too. */
function isListedBefore(
  listed: ResolvedModel | undefined,
  named: Named,
  name: string,
  providers: readonly string[],
): boolean {
  if (listed === undefined || named.by === 'alias') return false;
  if (normaliseModelId(listed.modelId) !== normaliseModelId(name)) return false;
  return providers.indexOf(listed.provider) <= providers.indexOf(named.provider);
}

/** @param own what the model costs but for this entry; `undefined` where nothing else has a price for it. */
function priceBy(
  entry: CatalogEntry,
  own: PricedModel | undefined,
  globalDiscountPpb: bigint,
): PricedModel | undefined {
  const where = `catalog entry ${entry.provider}/${entry.modelId}`;
  if (entry.inputPerMillion === 0 && entry.outputPerMillion === 0) {
    return (
      own && {
        ...own,
        ...(entry.displayName !== '' && { displayName: entry.displayName }),
        ...(entry.contextWindowTokens > 0 && { contextWindowTokens: entry.contextWindowTokens }),
        // A discount that somebody else gave stays unless the entry gives one.
        ...(entry.discount > 0 && {
          discountPpb: discountPpbFrom(entry.discount, `${where}: discount_percent`),
        }),
      }
    );
  }
  const override = {
    ...{ provider: entry.provider, model: entry.modelId, display_name: entry.displayName },
    ...{ input_per_million: entry.inputPerMillion, output_per_million: entry.outputPerMillion },
    input_per_million_high: entry.inputPerMillionHigh,
    output_per_million_high: entry.outputPerMillionHigh,
    tier_threshold_tokens: entry.tierThresholdTokens,
    ...{ discount_percent: entry.discount, context_window: entry.contextWindowTokens },
  };
  return pricedModelFromOverride(override, { builtIn: own, source: 'catalog', globalDiscountPpb, where });
}
