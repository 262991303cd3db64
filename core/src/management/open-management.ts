import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveCachingSettings } from '../gateway/caching/caching-settings.ts';
import type { Identify } from '../gateway/gates/identity.ts';
import type { Logger } from '../logger.ts';
import type { ChangingPriceBook } from '../pricing/index.ts';
import type { RuntimeConfigStore } from '../storage/runtime-config-store.ts';
import type { SpanReader } from '../storage/span-store.ts';
import { cachingConfig, config } from './config.ts';
import { health, type HealthSources } from './health.ts';
import { createLocalApi, type Endpoints } from './local-api.ts';
import { openRuntimeSettings } from './runtime-settings.ts';
import { listTraces } from './traces.ts';

export interface ManagementOptions {
  readonly store: RuntimeConfigStore;
  /** As the configuration file has them; kept to what is in force. */
  readonly prices: ChangingPriceBook;
  /** As the configuration file has them; kept to what is in force. */
  readonly caching: LiveCachingSettings;
  /** What the configuration file says of it. */
  readonly capturesContent: boolean;
  /** A reader of one's own writes. */
  readonly spans: Pick<SpanReader, 'searchSpans'>;
  readonly health: HealthSources;
  /** What this host has besides. */
  readonly endpoints: Endpoints;
  readonly identify: Identify;
  readonly logger: Logger;
}

/** The settings that can change while Candela runs, and the API through which they do. */
export interface Management {
  /** Answers `/_local/api/*`; never rejects. */
  readonly handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Whether spans keep what was asked and answered, as of now. */
  readonly capturesContent: () => boolean;
  close(): void;
}

/** Puts what was set at run time before in force. @throws ConfigError if it cannot be understood */
export async function openManagement(options: ManagementOptions): Promise<Management> {
  const { store, prices, caching, identify, logger } = options;
  const { models = [], discountPercent = 0, geminiCacheReadFraction = null } = prices.sources;
  const { mode, ttl } = caching.get();
  const settings = await openRuntimeSettings({
    ...{ store, prices, caching, logger },
    file: {
      pricing: { discount_percent: discountPercent, models },
      caching: { anthropic: mode, cache_ttl: ttl, gemini_cache_discount: geminiCacheReadFraction },
      capture_content: options.capturesContent,
    },
  });
  const handle = createLocalApi({
    ...{ identify, logger },
    endpoints: {
      traces: { GET: listTraces(options.spans, options.health.clock) },
      health: { GET: health(options.health) },
      config: config(settings, logger),
      'config/caching': cachingConfig(settings, logger),
      ...options.endpoints,
    },
  });
  return {
    handle,
    capturesContent: () => settings.current().capture_content,
    close: () => settings.close(),
  };
}
