import { ConfigError } from '../config/parse-config.ts';
import { runtimeChange, type RuntimeChange } from '../config/runtime-schema.ts';
import { keyOf, problemOf } from '../config/schema-problem.ts';
import type { LiveCachingSettings } from '../gateway/caching/caching-settings.ts';
import type { Logger } from '../logger.ts';
import type { ChangingPriceBook, PriceSources } from '../pricing/index.ts';
import type { RuntimeConfigStore, StoredRuntimeConfig } from '../storage/runtime-config-store.ts';
import { settingsWith, withChange, type Settings } from './settings.ts';

/** The settings in force, and how they are changed; what is set at run time goes before the file, restarts included. */
export interface RuntimeSettings {
  current(): Settings;
  /**
   * Stored first, then in force from the next call on; what a call was admitted with stays as it was.
   *
   * @returns what is in force now.
   * @throws RangeError that names the key which is no price; nothing has changed then.
   */
  change(change: RuntimeChange): Promise<Settings>;
  /** Forgets everything that was set at run time: the file's settings are in force. */
  reset(): Promise<Settings>;
  /** Stops looking for what other processes set. */
  close(): void;
}

export interface RuntimeSettingsOptions {
  readonly store: RuntimeConfigStore;
  /** What the configuration file says. */
  readonly file: Settings;
  /** Kept to what is in force. */
  readonly prices: ChangingPriceBook;
  /** Kept to what is in force. */
  readonly caching: Pick<LiveCachingSettings, 'set'>;
  readonly logger: Logger;
  /** How often the store is asked what other processes have set. Default 2000. */
  readonly lookEveryMs?: number;
}

/**
 * Takes over what the store has, at once.
 *
 * @throws ConfigError if the store holds settings that this version does not understand: to go on without them
 *   would be to charge other prices than were asked for.
 */
export async function openRuntimeSettings(options: RuntimeSettingsOptions): Promise<RuntimeSettings> {
  const { store, file, prices, caching, logger } = options;
  let inForce = file;
  let version = 0;

  const take = (stored: StoredRuntimeConfig): Settings => {
    // What was read before a change can arrive after it.
    if (stored.version > version) {
      const next = settingsWith(file, changeIn(stored));
      prices.change(priceSourcesOf(next));
      caching.set({ mode: next.caching.anthropic, ttl: next.caching.cache_ttl });
      inForce = next;
      version = stored.version;
    }
    return inForce;
  };
  take(await store.read());

  let failedAs = '';
  const look = async (): Promise<void> => {
    try {
      take(await store.read());
      failedAs = '';
    } catch (cause) {
      const { message } = cause as Error;
      // Once, not every two seconds for as long as it lasts.
      if (message !== failedAs)
        logger.error({ err: cause }, 'could not read the settings of other processes');
      failedAs = message;
    }
  };
  const looking = setInterval(() => void look(), options.lookEveryMs ?? 2_000).unref();

  return {
    current: () => inForce,
    async change(change) {
      const stored = await store.update((before) => {
        const next = withChange(changeIn({ version, value: before }), change);
        prices.check(priceSourcesOf(settingsWith(file, next)));
        return next;
      });
      return take(stored);
    },
    reset: async () => take(await store.update(() => ({}))),
    close: () => clearInterval(looking),
  };
}

function priceSourcesOf({ pricing, caching }: Settings): PriceSources {
  return {
    models: pricing.models,
    discountPercent: pricing.discount_percent,
    geminiCacheReadFraction: caching.gemini_cache_discount ?? undefined,
  };
}

function changeIn({ value }: StoredRuntimeConfig): RuntimeChange {
  const parsed = runtimeChange.safeParse(value);
  if (parsed.success) return parsed.data;
  const problem = problemOf(parsed.error);
  throw new ConfigError(
    `the settings that were made at run time, in the state database, are not those of this version: ` +
      `${keyOf(problem, 'settings')}: ${problem.what}; run the Candela that made them and send it DELETE /_local/api/config`,
    { cause: parsed.error },
  );
}
