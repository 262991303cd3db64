import { createAnthropic } from './anthropic.ts';
import { createAnthropicBedrock } from './anthropic-bedrock.ts';
import { createAnthropicDirect } from './anthropic-direct.ts';
import { createAnthropicVertex } from './anthropic-vertex.ts';
import { createGeminiOai } from './gemini-oai.ts';
import { createGoogle } from './google.ts';
import { createLocal } from './local.ts';
import { createOpenAi } from './openai.ts';
import type { Provider, ProviderSettings } from './provider.ts';

const CREATE: Readonly<Record<string, (settings: ProviderSettings) => Provider>> = {
  openai: (settings) => createOpenAi(settings),
  google: createGoogle,
  'gemini-oai': createGeminiOai,
  'anthropic-direct': createAnthropicDirect,
  anthropic: createAnthropic,
  'anthropic-vertex': createAnthropicVertex,
  'anthropic-bedrock': createAnthropicBedrock,
  local: createLocal,
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
