import { claudeVersion } from '../wire/claude-version.ts';
import type { CachingSettings } from './caching-settings.ts';

/**
 * What of the settings a model on Bedrock can do. Bedrock refuses what a model cannot, where Anthropic would answer
 * without: the models before 3.7 know no cache there but for Haiku 3.5, and an hour is for 4.5 (the models that AWS
 * lists) and from 4.8 on. Reports differ about those between, so they get the five minutes that all know.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 *
 * @param model as Bedrock names it; of an ARN nothing is known.
 */
export function bedrockCaching(model: string, settings: CachingSettings): CachingSettings {
  const version = claudeVersion(model);
  if (version === undefined) return { ...settings, ttl: '5m' };
  if (version < 307 && !model.includes('claude-3-5-haiku')) return { ...settings, mode: 'off' };
  return version === 405 || version >= 408 ? settings : { ...settings, ttl: '5m' };
}
