import { BoundedCache } from '../../pricing/bounded-cache.ts';
import type { Provider, ProviderSettings } from './provider.ts';

/** Clouds have some fifty regions. */
const KEPT_REGIONS = 64;

/**
 * The provider, able to be asked in another region than its settings', where its settings have one.
 *
 * @param create makes the provider for settings.
 */
export function withRegions(
  settings: ProviderSettings,
  create: (settings: ProviderSettings) => Provider,
): Provider {
  const provider = create(settings);
  const { vertexAi, aws } = settings;
  if (vertexAi === undefined && aws === undefined) return provider;
  const elsewhere = new BoundedCache<Provider>(KEPT_REGIONS);
  return {
    ...provider,
    inRegion: (region) =>
      elsewhere.getOrMake(region, () =>
        create({
          ...settings,
          ...(vertexAi && { vertexAi: { ...vertexAi, region } }),
          ...(aws && { aws: { ...aws, region } }),
        }),
      ),
  };
}
