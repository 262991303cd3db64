import { createHash } from 'node:crypto';
import type { PriceBook, PricedModel } from '../pricing/index.ts';
import { usdFromNanoUsd, type NanoUsd } from '../money/index.ts';
import { blankEntry, type CatalogEntry } from '../storage/catalog-store.ts';
import type { CatalogIndex } from './catalog-index.ts';

/** A model that can be called here. */
export interface OfferedModel {
  readonly provider: string;
  readonly modelId: string;
  readonly price: PricedModel;
}

/**
 * Every model there is something to say of: those that are offered and those that have an entry, each with the price
 * in force. An offered model without an entry is enabled for everyone, unless it is a dated version of one that has.
 */
export function effectiveCatalog(
  index: CatalogIndex,
  offered: Iterable<OfferedModel>,
  prices: PriceBook,
): readonly CatalogEntry[] {
  const entries = new Map<string, CatalogEntry>();
  for (const { provider, modelId, price } of offered) {
    const match = index.find(provider, modelId);
    if (match?.entry.modelId === modelId) continue;
    const { enabled = true, allowedTenants = [], requiredAccess = [] } = match?.entry ?? {};
    const entry = { ...blankEntry({ provider, modelId }, enabled), allowedTenants, requiredAccess };
    entries.set(`${provider}\n${modelId}`, withPrice(entry, price));
  }
  for (const entry of index.entries) {
    entries.set(
      `${entry.provider}\n${entry.modelId}`,
      withPrice(entry, prices.find(entry.provider, entry.modelId)),
    );
  }
  return [...entries.values()].toSorted(
    (left, right) => compare(left.provider, right.provider) || compare(left.modelId, right.modelId),
  );
}

/** Another text whenever the catalog is another one. */
export function catalogVersion(entries: readonly CatalogEntry[]): string {
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 16);
}

function withPrice(entry: CatalogEntry, price: PricedModel | undefined): CatalogEntry {
  if (price === undefined) return entry;
  const described = {
    ...entry,
    displayName: entry.displayName || (price.displayName ?? ''),
    contextWindowTokens: entry.contextWindowTokens || (price.contextWindowTokens ?? 0),
    discount: Number(price.discountPpb) / 1e9,
  };
  if (entry.inputPerMillion > 0 || entry.outputPerMillion > 0) return described;
  const [tier] = price.tiers;
  return {
    ...described,
    inputPerMillion: usd(price.rates.input),
    outputPerMillion: usd(price.rates.output),
    ...(tier && {
      inputPerMillionHigh: usd(tier.rates.input),
      outputPerMillionHigh: usd(tier.rates.output),
      tierThresholdTokens: tier.aboveInputTokens,
    }),
  };
}

function usd(nanoUsdPerMillion: bigint): number {
  return usdFromNanoUsd(nanoUsdPerMillion as NanoUsd);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
