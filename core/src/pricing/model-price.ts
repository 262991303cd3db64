/** Nano-dollars for one million tokens: `$3.00` a million is `3_000_000_000n`. Always ≥ 0. */
export type NanoUsdPerMillionTokens = bigint;

/** The price of every kind of token. Input is what was neither read from nor written to a cache. */
export interface Rates {
  readonly input: NanoUsdPerMillionTokens;
  readonly output: NanoUsdPerMillionTokens;
  readonly cacheRead: NanoUsdPerMillionTokens;
  readonly cacheWrite5m: NanoUsdPerMillionTokens;
  readonly cacheWrite1h: NanoUsdPerMillionTokens;
}

/** A call with more input tokens than this pays these rates for all its tokens, not only for those above. */
export interface PriceTier {
  /** Counts all input, cached tokens included. */
  readonly aboveInputTokens: number;
  readonly rates: Rates;
}

/** What one model costs from one day on. */
export interface ModelPrice {
  /** The family the price is from (`openai`, `anthropic`, `google`, `aws`), or the provider of an override. */
  readonly provider: string;
  readonly modelId: string;
  readonly displayName?: string;
  readonly contextWindowTokens?: number;
  readonly maxOutputTokens?: number;
  readonly rates: Rates;
  /** Ascending by threshold; usually empty. */
  readonly tiers: readonly PriceTier[];
  /** Milliseconds since 1970; absent: always was so. */
  readonly validFromUnixMs?: number;
}

/** Where a price was found; in the order of precedence. */
export type PriceSource = 'catalog' | 'config' | 'extra' | 'list' | 'local';

/** A price ready to be charged: one moment's rates with the discounts that apply to them. */
export interface PricedModel extends ModelPrice {
  readonly source: PriceSource;
  /** The model's own discount in parts per billion, 0 to 1 000 000 000; below 0 for what is dearer than the list. */
  readonly discountPpb: bigint;
  /** The discount on everything, in parts per billion, 0 to 1 000 000 000. */
  readonly globalDiscountPpb: bigint;
}
