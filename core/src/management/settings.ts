import type { RuntimeChange } from '../config/runtime-schema.ts';
import type { CacheTtl, CachingMode } from '../gateway/caching/caching-settings.ts';
import { normaliseModelId, type PriceOverride } from '../pricing/index.ts';

/** The settings that can change while Candela runs, as they are in force; the names are those of the wire. */
export interface Settings {
  readonly pricing: {
    /** A fraction from 0 to 1 off every price. */
    readonly discount_percent: number;
    readonly models: readonly PriceOverride[];
  };
  readonly caching: {
    readonly anthropic: CachingMode;
    readonly cache_ttl: CacheTtl;
    /** What a cached Gemini token costs, as a share of an input token's price; `null`: what the price list says. */
    readonly gemini_cache_discount: number | null;
  };
  /** Whether spans keep what was asked and answered. */
  readonly capture_content: boolean;
}

/** The settings of the file with what was set at run time over them. */
export function settingsWith(file: Settings, set: RuntimeChange): Settings {
  return {
    pricing: {
      discount_percent: set.pricing?.discount_percent ?? file.pricing.discount_percent,
      models: mergedModels(file.pricing.models, set.pricing?.models),
    },
    caching: { ...file.caching, ...given(set.caching) },
    capture_content: set.capture_content ?? file.capture_content,
  };
}

/** What is set at run time once `change` is made, too: of each key the later value, of each model the later price. */
export function withChange(set: RuntimeChange, change: RuntimeChange): RuntimeChange {
  const models = mergedModels(set.pricing?.models, change.pricing?.models);
  return {
    ...set,
    ...given(change),
    pricing: { ...set.pricing, ...given(change.pricing), models },
    caching: { ...set.caching, ...given(change.caching) },
  };
}

/** Of two prices for the same model the later one counts, as a whole. */
function mergedModels<Price extends PriceOverride>(
  before: readonly Price[] = [],
  later: readonly Price[] = [],
): Price[] {
  const byModel = new Map<string, Price>();
  for (const price of [...before, ...later]) {
    const key = `${price.provider}\n${normaliseModelId(price.model)}`;
    // What is set again moves to the end: there it also wins over other spellings of the same model.
    byModel.delete(key);
    byModel.set(key, price);
  }
  return [...byModel.values()];
}

/** Without the keys that are there and `undefined`. */
function given<Value extends object>(value: Value | undefined): Given<Value> {
  return Object.fromEntries(
    Object.entries(value ?? {}).filter(([, one]) => one !== undefined),
  ) as Given<Value>;
}

type Given<Value> = { readonly [Key in keyof Value]?: Exclude<Value[Key], undefined> };
