import { createAnthropicBedrock } from './anthropic-bedrock.ts';
import { createAnthropicDirect } from './anthropic-direct.ts';
import { createAnthropicVertex } from './anthropic-vertex.ts';
import { createOpenAi } from './openai.ts';
import type { Provider, ProviderSettings } from './provider.ts';

const CREATE: Readonly<Record<string, (settings: ProviderSettings) => Provider>> = {
  openai: (settings) => createOpenAi(settings),
  'anthropic-direct': createAnthropicDirect,
  'anthropic-vertex': createAnthropicVertex,
  'anthropic-bedrock': createAnthropicBedrock,
};

/** The names a configuration may use. */
export const PROVIDER_NAMES: readonly string[] = Object.keys(CREATE);

/** @throws RangeError for a name that is none of `PROVIDER_NAMES`, ProviderSettingsError for a setting it needs. */
export function createProvider(name: string, settings: ProviderSettings): Provider {
  const create = CREATE[name];
  if (create === undefined) {
    throw new RangeError(`unknown provider "${name}": known are ${PROVIDER_NAMES.join(', ')}`);
  }
  return create(settings);
}
