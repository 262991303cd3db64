import type { Catalog } from '../../catalog/catalog.ts';
import { NO_CATALOG, type CatalogIndex } from '../../catalog/catalog-index.ts';
import { Refusal } from '../errors.ts';

/**
 * The catalog that a call is judged by; nearly always at hand.
 *
 * @throws Refusal `governance_unavailable` if what is in force cannot be asked for.
 */
export async function catalogInForce(catalog: Catalog | undefined): Promise<CatalogIndex> {
  if (catalog === undefined) return NO_CATALOG;
  try {
    return await catalog.current();
  } catch (cause) {
    throw new Refusal(
      'governance_unavailable',
      'the model catalog cannot be checked right now: try again shortly',
      { cause },
    );
  }
}
