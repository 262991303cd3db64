import { z } from 'zod';

/** Nano-USD per million tokens in digits: JSON numbers are doubles, and a price must not be one. */
const rate = z.string().regex(/^(0|[1-9]\d{0,17})$/);

const tokens = z.int().positive();

/** The prices a list states itself. A kind that is missing follows `cache-price-rules.ts`. */
const statedRates = z.strictObject({
  input: rate,
  output: rate,
  cacheRead: rate.optional(),
  cacheWrite5m: rate.optional(),
  cacheWrite1h: rate.optional(),
});

const modelMatch = z.union([
  z.strictObject({ equals: z.string() }),
  z.strictObject({ starts_with: z.string() }),
  z.strictObject({ ends_with: z.string() }),
  z.strictObject({ contains: z.string() }),
  z.strictObject({ regex: z.string() }),
  z.strictObject({
    get or() {
      return z.array(modelMatch);
    },
  }),
  z.strictObject({
    get and() {
      return z.array(modelMatch);
    },
  }),
]);

const pricePeriod = z.strictObject({
  /** The first day (UTC) of these prices; the first period of a model has none. */
  from: z.iso.date().optional(),
  rates: statedRates,
  /** Ascending by threshold. */
  tiers: z.array(z.strictObject({ aboveInputTokens: tokens, rates: statedRates })),
});

const listedModel = z.strictObject({
  family: z.enum(['openai', 'anthropic', 'google', 'aws']),
  id: z.string().min(1),
  /** Ids a provider answers to, to be offered to clients; may be empty for a model that is only priced. */
  callableIds: z.array(z.string().min(1)),
  match: modelMatch,
  displayName: z.string().min(1).optional(),
  contextWindowTokens: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  /** Ascending by `from`. */
  periods: z.array(pricePeriod).min(1),
});

/** `core/gen/price-list.json`, as `scripts/build-price-list.ts` writes it from the public lists. */
export const priceListSchema = z.strictObject({
  schema: z.literal(1),
  sources: z.array(z.strictObject({ name: z.string(), version: z.string() })).min(1),
  models: z.array(listedModel).min(1),
});

export type PriceListDocument = z.infer<typeof priceListSchema>;
export type ListedModelDocument = z.infer<typeof listedModel>;
export type StatedRatesDocument = z.infer<typeof statedRates>;
export type ModelMatch = z.infer<typeof modelMatch>;
