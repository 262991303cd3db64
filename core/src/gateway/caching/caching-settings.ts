/** Where Candela marks what Claude is to keep of a prompt: nowhere, at its head and its end, or at its head only. */
export const CACHING_MODES = ['off', 'auto', 'system-only'] as const;
export type CachingMode = (typeof CACHING_MODES)[number];

/** How long Claude keeps it: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
export const CACHE_TTLS = ['5m', '1h'] as const;
export type CacheTtl = (typeof CACHE_TTLS)[number];

/** Prompt caching of Anthropic's models (contract sections 1, 8 and 9). */
export interface CachingSettings {
  readonly mode: CachingMode;
  readonly ttl: CacheTtl;
}

/** In force where nobody says anything. */
export const DEFAULT_CACHING: CachingSettings = { mode: 'off', ttl: '5m' };

/** The settings in force, which may change while calls are served; each call goes by what it finds. */
export interface LiveCachingSettings {
  get(): CachingSettings;
  /** What is left out stays as it is. */
  set(change: Partial<CachingSettings>): void;
}

/** @param initial as the configuration has it; what is left out is as in `DEFAULT_CACHING`. */
export function createCachingSettings(initial: Partial<CachingSettings> = {}): LiveCachingSettings {
  let current: CachingSettings = { ...DEFAULT_CACHING, ...initial };
  return {
    get: () => current,
    set(change) {
      current = { ...current, ...change };
    },
  };
}
