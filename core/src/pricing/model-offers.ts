import { isGlobalBedrockId, normaliseModelId } from './model-id.ts';
import type { PriceList } from './price-list.ts';
import type { OverrideLayer } from './price-overrides.ts';
import { priceFamilyOf } from './provider-families.ts';
import { exactModelId, idsOfTheModelMeant, newest, offeredIdFrom } from './resolve-model-id.ts';
import type { OfferedId } from './resolve-model-id.ts';

/** What one provider can be asked for. */
export interface ModelOffer {
  readonly provider: string;
  /** Sorted; no model in two spellings. */
  readonly ids: readonly OfferedId[];
  /** Other names the configuration gives a model, to its id. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** A provider and the full id to ask it for. */
export interface ModelTarget {
  readonly provider: string;
  readonly modelId: string;
}

/** The models of the list and of all overrides that are filed under this provider. */
export function modelOfferOf(
  provider: string,
  list: PriceList,
  layers: readonly OverrideLayer[],
): ModelOffer {
  const family = priceFamilyOf(provider);
  const listed = list.models.filter((model) => model.family === family);
  const added = layers
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.provider === provider || entry.provider === family);
  const bySpelling = new Map<string, string>();
  const ids = [...listed.flatMap(({ callableIds }) => callableIds), ...added.map(({ modelId }) => modelId)];
  for (const id of ids) {
    const spelling = `${isGlobalBedrockId(id) ? 'global.' : ''}${normaliseModelId(id)}`;
    if (!bySpelling.has(spelling)) bySpelling.set(spelling, id);
  }
  const aliases = added.flatMap((entry) => entry.aliases.map((alias) => [alias, entry.modelId] as const));
  return { provider, ids: [...bySpelling.values()].toSorted().map(offeredIdFrom), aliases: new Map(aliases) };
}

/**
 * Whom to ask for the model a caller names, in the order of the offers: by id at any of them, then by alias,
 * then by a prefix that means one model among all of them.
 */
export function targetAmong(offers: readonly ModelOffer[], modelId: string): ModelTarget | undefined {
  const by = (choose: (offer: ModelOffer) => string | undefined): ModelTarget | undefined => {
    for (const offer of offers) {
      const chosen = choose(offer);
      if (chosen !== undefined) return { provider: offer.provider, modelId: chosen };
    }
    return undefined;
  };
  const named = by(({ ids }) => exactModelId(modelId, ids)) ?? by(({ aliases }) => aliases.get(modelId));
  if (named) return named;
  const everything = offers.flatMap(({ provider, ids }) => ids.map((id) => ({ ...id, provider })));
  const meant = idsOfTheModelMeant(modelId, everything);
  const provider = meant[0]?.provider;
  const target = newest(meant.filter((id) => id.provider === provider));
  return target && { provider: target.provider, modelId: target.modelId };
}
