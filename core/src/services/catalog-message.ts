import { create } from '@bufbuild/protobuf';
import { timestampFromMs, type FieldMask } from '@bufbuild/protobuf/wkt';
import { ModelCatalogEntrySchema, type ModelCatalogEntry } from '@candela/proto/types/model_catalog';
import type { CatalogEntry } from '../storage/catalog-store.ts';
import { invalidArgument } from './errors.ts';

export function catalogMessage(entry: CatalogEntry): ModelCatalogEntry {
  const { contextWindowTokens, tierThresholdTokens, discount, updatedAtUnixMs, ...same } = entry;
  return create(ModelCatalogEntrySchema, {
    ...same,
    aliases: [...same.aliases],
    allowedTenants: [...same.allowedTenants],
    requiredAccess: [...same.requiredAccess],
    contextWindow: BigInt(contextWindowTokens),
    tierThresholdTokens: BigInt(tierThresholdTokens),
    discountPercent: discount,
    ...(updatedAtUnixMs !== undefined && { updatedAt: timestampFromMs(updatedAtUnixMs) }),
  });
}

/** What an entry's key and the moment of its change are not, by the names a mask has for them. */
const FIELDS: Readonly<Record<string, (message: ModelCatalogEntry) => Partial<CatalogEntry>>> = {
  display_name: ({ displayName }) => ({ displayName }),
  input_per_million: ({ inputPerMillion }) => ({ inputPerMillion }),
  output_per_million: ({ outputPerMillion }) => ({ outputPerMillion }),
  enabled: ({ enabled }) => ({ enabled }),
  category: ({ category }) => ({ category }),
  context_window: ({ contextWindow }) => ({
    contextWindowTokens: tokensOf(contextWindow, 'entry.context_window'),
  }),
  input_per_million_high: ({ inputPerMillionHigh }) => ({ inputPerMillionHigh }),
  output_per_million_high: ({ outputPerMillionHigh }) => ({ outputPerMillionHigh }),
  tier_threshold_tokens: ({ tierThresholdTokens }) => ({
    tierThresholdTokens: tokensOf(tierThresholdTokens, 'entry.tier_threshold_tokens'),
  }),
  aliases: ({ aliases }) => ({ aliases }),
  allowed_tenants: ({ allowedTenants }) => ({ allowedTenants }),
  discount_percent: ({ discountPercent }) => ({ discount: discountPercent }),
  provider_model_id: ({ providerModelId }) => ({ providerModelId }),
  region: ({ region }) => ({ region }),
  required_access: ({ requiredAccess }) => ({ requiredAccess }),
};

/** Fields that a mask may name and that nobody writes: they say which entry it is, and when it changed. */
const UNWRITTEN: ReadonlySet<string> = new Set(['model_id', 'provider', 'updated_at']);

/**
 * The fields that a mask names, as an entry has them; all where there is no mask.
 *
 * @throws ConnectError `invalid_argument` for a field that an entry has not, or a value that it cannot have.
 */
export function maskedFields(message: ModelCatalogEntry, mask: FieldMask | undefined): Partial<CatalogEntry> {
  const paths = mask?.paths ?? [];
  const named = paths.length === 0 || paths.includes('*') ? Object.keys(FIELDS) : paths;
  const fields = named.map((path) => {
    if (UNWRITTEN.has(path)) return {};
    if (!Object.hasOwn(FIELDS, path)) {
      throw invalidArgument(`update_mask: an entry has no field ${JSON.stringify(path.slice(0, 64))}`);
    }
    return FIELDS[path]?.(message);
  });
  return Object.assign({}, ...fields) as Partial<CatalogEntry>;
}

function tokensOf(tokens: bigint, field: string): number {
  if (tokens < 0n || tokens > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalidArgument(`${field}: must be a number of tokens, or 0`);
  }
  return Number(tokens);
}
