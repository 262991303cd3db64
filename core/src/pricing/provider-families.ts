/** Whose prices apply. */
export type PriceFamily = 'openai' | 'anthropic' | 'google' | 'aws';

/** In the order in which an id is looked for when its own provider does not know it. */
export const PRICE_FAMILIES: readonly PriceFamily[] = ['openai', 'anthropic', 'google', 'aws'];

/** The provider whose calls cost nothing, whatever the model. */
export const LOCAL_PROVIDER = 'local';

const familyByProvider: ReadonlyMap<string, PriceFamily> = new Map([
  ['openai', 'openai'],
  ['google', 'google'],
  ['gemini-oai', 'google'],
  ['anthropic', 'anthropic'],
  ['anthropic-vertex', 'anthropic'],
  ['anthropic-direct', 'anthropic'],
  ['anthropic-bedrock', 'aws'],
  ['aws', 'aws'],
]);

/** The price family of a provider name; `undefined` for `local` and for providers that bring their own prices. */
export function priceFamilyOf(provider: string): PriceFamily | undefined {
  return familyByProvider.get(provider);
}
