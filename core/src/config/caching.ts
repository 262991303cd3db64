import type { z } from 'zod';
import { createCachingSettings, type LiveCachingSettings } from '../gateway/caching/caching-settings.ts';
import type { vertexAi } from './shared-schema.ts';

/** Prompt caching as a configuration begins with it, at `vertex_ai`. */
export function configuredCaching(settings: z.infer<typeof vertexAi> | undefined): LiveCachingSettings {
  const { prompt_caching: mode, cache_ttl: ttl } = settings ?? {};
  return createCachingSettings({ ...(mode && { mode }), ...(ttl && { ttl }) });
}
