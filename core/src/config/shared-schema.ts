import { z } from 'zod';
import { CACHE_TTLS, CACHING_MODES } from '../gateway/caching/caching-settings.ts';
import { PROVIDER_NAMES } from '../gateway/providers/registry.ts';

const address = z
  .string()
  .refine(
    (text) => /^https?:\/\/[^\s/?#]+[^\s?#]*$/.test(text),
    'must be an address such as https://api.example.com',
  );

const providerName = z.enum(PROVIDER_NAMES as [string, ...string[]]);

/** One entry of `providers`: a name, or a name with what is different about it. */
export const providerEntry = z.union(
  [
    providerName,
    z.strictObject({
      name: providerName,
      upstream: address.optional(),
      api_key_env: z.string().min(1).optional(),
      models: z.array(z.string().min(1)).min(1).optional(),
    }),
  ],
  {
    error: `must be one of ${PROVIDER_NAMES.join(', ')}, or {name, upstream, api_key_env, models}`,
  },
);

export type ProviderEntry = z.infer<typeof providerEntry>;

/** Far above any price, and far below what an exact amount can hold. */
const usdPerMillion = z.number().min(0).max(1_000_000);

const tokens = z.number().int().min(1).max(1_000_000_000);

/** `pricing`: discounts and prices of the user's own; fractions are 0 to 1. */
export const pricing = z.strictObject({
  discount_percent: z.number().min(0).max(1).optional(),
  models: z
    .array(
      z
        .strictObject({
          provider: z.string().min(1),
          model: z.string().min(1),
          input_per_million: usdPerMillion,
          output_per_million: usdPerMillion,
          cache_read_per_million: usdPerMillion.optional(),
          cache_write_per_million: usdPerMillion.optional(),
          cache_write_1h_per_million: usdPerMillion.optional(),
          input_per_million_high: usdPerMillion.optional(),
          output_per_million_high: usdPerMillion.optional(),
          tier_threshold_tokens: tokens.optional(),
          discount_percent: z.number().min(0).max(1).optional(),
          display_name: z.string().min(1).optional(),
          aliases: z.array(z.string().min(1)).optional(),
          context_window: tokens.optional(),
          max_output_tokens: tokens.optional(),
        })
        .refine(
          (price) =>
            price.tier_threshold_tokens !== undefined ||
            (price.input_per_million_high ?? price.output_per_million_high) === undefined,
          {
            path: ['tier_threshold_tokens'],
            message: 'say above how many input tokens the *_high prices apply',
          },
        ),
    )
    .optional(),
});

/** `capture_content`: whether spans keep what was asked and answered; they do unless it is `false`. */
export const captureContent = z.boolean();

/** A part of an address: nothing else must get into a host or a path by it. */
const location = z.string().regex(/^[a-z0-9-]+$/, 'must be a location such as europe-west1');

/**
 * `vertex_ai`: the Google Cloud project that models are called in, and where; and the prompt caching of Anthropic's
 * models, which is for those of the other clouds too and so needs no project.
 */
export const vertexAi = z
  .strictObject({
    project_id: z
      .string()
      .regex(/^[a-z0-9.:-]+$/, 'must be the id of a Google Cloud project')
      .optional(),
    region: location.optional(),
    prompt_caching: choice(CACHING_MODES).optional(),
    cache_ttl: choice(CACHE_TTLS).optional(),
  })
  .refine(({ project_id, region }) => region === undefined || project_id !== undefined, {
    path: ['project_id'],
    error: 'must be there where a region is',
  });

/** `aws`: the region that models are called in, and whose credentials sign. */
export const aws = z.strictObject({
  region: location.optional(),
  profile: z.string().min(1).optional(),
});

/** An IANA time zone that this system knows. */
export const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin');

export const httpAddress = address;

function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
