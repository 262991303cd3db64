import { createPriceBook, type PriceBook, type PriceBookOptions } from './price-book.ts';

/** A price book whose sources change while it is in use; each change counts from the next look-up on. */
export interface ChangingPriceBook extends PriceBook {
  readonly sources: PriceSources;
  /**
   * Puts these sources in the place of what they were; those that are not named stay. All or nothing.
   *
   * @throws RangeError that names the entry and key which is no price; the book stays as it was.
   */
  change(sources: PriceSources): void;
  /** Throws what `change` would, and changes nothing. @throws RangeError */
  check(sources: PriceSources): void;
}

/** Where prices come from, as far as it may change. A source that is there and `undefined` is taken away. */
export type PriceSources = Pick<
  PriceBookOptions,
  'catalog' | 'models' | 'discountPercent' | 'geminiCacheReadFraction'
>;

/** @throws RangeError that names the entry and key of the configuration which is no price. */
export function createChangingPriceBook(options: PriceBookOptions = {}): ChangingPriceBook {
  let current = { options, book: createPriceBook(options) };
  const changed = (sources: PriceSources): typeof current => {
    const next = { ...current.options, ...sources };
    return { options: next, book: createPriceBook(next) };
  };
  return {
    get sources() {
      return current.options;
    },
    get globalDiscountPpb() {
      return current.book.globalDiscountPpb;
    },
    find: (provider, modelId) => current.book.find(provider, modelId),
    resolve: (modelId, providers) => current.book.resolve(modelId, providers),
    list: (provider) => current.book.list(provider),
    snapshot: () => current.book.snapshot(),
    change(sources) {
      current = changed(sources);
    },
    check: (sources) => void changed(sources),
  };
}
