import { blankEntry, type CatalogEntry } from '@candela/core/storage';
import { z } from 'zod';

/** USD per million tokens; far above any price. */
const perMillion = z.number().min(0).max(1_000_000).optional();
const tokens = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();
const name = z.string().min(1).max(128);
const names = z.array(name).max(100).optional();

/** One of `catalog.models`: a `ModelCatalogEntry` of the contract; `enabled` unless it says otherwise. */
const catalogModel = z.strictObject({
  provider: z.string().min(1).max(64),
  model_id: name,
  display_name: z.string().max(256).optional(),
  enabled: z.boolean().optional(),
  category: z.string().optional(),
  context_window: tokens,
  input_per_million: perMillion,
  output_per_million: perMillion,
  input_per_million_high: perMillion,
  output_per_million_high: perMillion,
  tier_threshold_tokens: tokens,
  discount_percent: z.number().min(0).max(1).optional(),
  aliases: names,
  provider_model_id: name.optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a location such as europe-west1')
    .optional(),
  allowed_tenants: z
    .array(z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, 'must be an id of letters, digits and ._-'))
    .optional(),
  required_access: names,
});

/** `catalog`: where it is kept, and with backend `config` what it says. */
export const catalog = z
  .strictObject({ backend: z.enum(['config', 'store']).optional(), models: z.array(catalogModel).optional() })
  .superRefine(({ backend, models = [] }, context) => {
    if (backend === 'store' && models.length > 0) {
      const message = 'is for backend config: with backend store admins change the catalog by its service';
      context.addIssue({ code: 'custom', path: ['models'], message });
    }
    const known = new Set<string>();
    for (const [index, { provider, model_id: modelId }] of models.entries()) {
      const key = `${provider}\n${modelId}`;
      if (known.has(key)) {
        const message = `${provider} has ${modelId} twice: write one entry for the model`;
        context.addIssue({ code: 'custom', path: ['models', index, 'model_id'], message });
      }
      known.add(key);
    }
  });

/** How the engine takes it: `config` unless the file says otherwise. */
export type CatalogConfig =
  { readonly backend: 'config'; readonly models: readonly CatalogEntry[] } | { readonly backend: 'store' };

export function catalogConfigFrom(settings: z.infer<typeof catalog> | undefined): CatalogConfig {
  if (settings?.backend === 'store') return { backend: 'store' };
  return { backend: 'config', models: (settings?.models ?? []).map(entryFrom) };
}

function entryFrom(model: z.infer<typeof catalogModel>): CatalogEntry {
  return {
    ...blankEntry({ provider: model.provider, modelId: model.model_id }, model.enabled ?? true),
    displayName: model.display_name ?? '',
    category: model.category ?? '',
    contextWindowTokens: model.context_window ?? 0,
    inputPerMillion: model.input_per_million ?? 0,
    outputPerMillion: model.output_per_million ?? 0,
    inputPerMillionHigh: model.input_per_million_high ?? 0,
    outputPerMillionHigh: model.output_per_million_high ?? 0,
    tierThresholdTokens: model.tier_threshold_tokens ?? 0,
    discount: model.discount_percent ?? 0,
    aliases: model.aliases ?? [],
    providerModelId: model.provider_model_id ?? '',
    region: model.region ?? '',
    allowedTenants: model.allowed_tenants ?? [],
    requiredAccess: model.required_access ?? [],
  };
}
