import type { CatalogEntry } from '../../storage/catalog-store.ts';
import { Refusal } from '../errors.ts';
import { shown } from './model.ts';

/**
 * Gate 6: the tenant a call is made for may use the model. A model that names no tenants is for all, also for calls that
 * are made for none.
 *
 * @param tenantId `''` for a call that names none.
 * @throws Refusal `tenant_access_denied`.
 */
export function allowTenant(entry: CatalogEntry | undefined, tenantId: string): void {
  if (!entry || isTenantAllowed(entry, tenantId)) return;
  const who = tenantId === '' ? 'a call that names no tenant' : `tenant ${tenantId}`;
  throw new Refusal(
    'tenant_access_denied',
    `${who} may not use model ${shown(entry.modelId)}, which is for ${entry.allowedTenants.join(', ')}: name another` +
      ' tenant or model, or ask your admin to allow yours',
  );
}

export function isTenantAllowed({ allowedTenants }: CatalogEntry, tenantId: string): boolean {
  return allowedTenants.length === 0 || allowedTenants.includes(tenantId);
}
