import type { CatalogIndex } from '../catalog/catalog-index.ts';
import type { CatalogEntry } from '../storage/catalog-store.ts';
import { invalidArgument } from './errors.ts';

/** Far above any price: USD per million tokens. */
const MAX_PER_MILLION = 1_000_000;
const MAX_NAMES = 100;

/** Tenants as calls may name them (contract section 6); no other would ever be let in. */
const TENANT = /^[A-Za-z0-9._-]{1,128}$/;
/** A part of an address: nothing else must get into a host or a path by it. */
const REGION = /^[a-z0-9-]{0,64}$/;
/** A name of a model or tag: printable, and of the length that the contract gives ids. */
const NAME = /^[^\p{Cc}]{1,128}$/u;

/**
 * What the proto's own rules cannot say of an entry.
 *
 * @param index the catalog as it was before.
 * @throws ConnectError `invalid_argument`, naming the field.
 */
export function checkEntry(entry: CatalogEntry, index: CatalogIndex): void {
  const prices = {
    input_per_million: entry.inputPerMillion,
    output_per_million: entry.outputPerMillion,
    input_per_million_high: entry.inputPerMillionHigh,
    output_per_million_high: entry.outputPerMillionHigh,
  };
  for (const [field, usd] of Object.entries(prices)) {
    if (!(usd >= 0 && usd <= MAX_PER_MILLION)) {
      throw invalidArgument(`entry.${field}: must be USD per million tokens, from 0 to ${MAX_PER_MILLION}`);
    }
  }
  if (!(entry.discount >= 0 && entry.discount <= 1)) {
    throw invalidArgument('entry.discount_percent: must be a fraction from 0 to 1');
  }
  if ((entry.inputPerMillionHigh > 0 || entry.outputPerMillionHigh > 0) && entry.tierThresholdTokens === 0) {
    throw invalidArgument('entry.tier_threshold_tokens: must say from how many tokens the high prices hold');
  }
  checkNames('aliases', entry.aliases, NAME);
  checkNames('allowed_tenants', entry.allowedTenants, TENANT);
  checkNames('required_access', entry.requiredAccess, NAME);
  if (entry.providerModelId !== '') checkNames('provider_model_id', [entry.providerModelId], NAME);
  if (!REGION.test(entry.region)) {
    throw invalidArgument('entry.region: must be a location such as europe-west1');
  }
  checkIsUnique('model_id', entry.modelId, entry, index);
  for (const alias of entry.aliases) checkIsUnique('aliases', alias, entry, index);
}

function checkNames(field: string, names: readonly string[], allowed: RegExp): void {
  if (names.length > MAX_NAMES) throw invalidArgument(`entry.${field}: at most ${MAX_NAMES} are kept`);
  const wrong = names.find((name) => !allowed.test(name));
  if (wrong !== undefined) {
    throw invalidArgument(`entry.${field}: ${JSON.stringify(wrong.slice(0, 64))} can be none`);
  }
}

/** One name must not mean two models of a provider. */
function checkIsUnique(field: string, name: string, entry: CatalogEntry, index: CatalogIndex): void {
  const match = index.find(entry.provider, name);
  if (match === undefined || match.by === 'version' || match.entry.modelId === entry.modelId) return;
  if (field === 'model_id' && match.by === 'id') return;
  throw invalidArgument(
    `entry.${field}: ${JSON.stringify(name)} already means the model ${match.entry.modelId}`,
  );
}
