import { z } from 'zod';
import { CACHE_TTLS, CACHING_MODES } from '../gateway/caching/caching-settings.ts';
import { captureContent, pricing } from './shared-schema.ts';

/** `POST /_local/api/config/caching`. `gemini_cache_discount`: `null` for what the price list says. */
export const cachingChange = z.strictObject({
  anthropic: z.enum(CACHING_MODES).optional(),
  cache_ttl: z.enum(CACHE_TTLS).optional(),
  gemini_cache_discount: z.number().min(0).max(1).nullable().optional(),
});

/** `POST /_local/api/config`: what can be changed while Candela runs, with the keys of the configuration file. */
export const runtimeChange = z.strictObject({
  pricing: pricing.optional(),
  caching: cachingChange.optional(),
  capture_content: captureContent.optional(),
});

export type RuntimeChange = z.infer<typeof runtimeChange>;
