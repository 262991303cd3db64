import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import type { ModelCatalogService } from '@candela/proto/v1/model_catalog_service';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogIndex } from '../catalog/catalog-index.ts';
import { catalogVersion, effectiveCatalog, type OfferedModel } from '../catalog/effective-catalog.ts';
import type { Clock } from '../clock.ts';
import type { PriceBook } from '../pricing/index.ts';
import { blankEntry } from '../storage/catalog-store.ts';
import { callerOf, requireAdmin } from './caller-context.ts';
import { catalogMessage, maskedFields } from './catalog-message.ts';
import { checkEntry } from './catalog-rules.ts';
import { invalidArgument, notFound } from './errors.ts';

/** What can be called at this moment, and at what prices. */
export interface Offers {
  readonly models: readonly OfferedModel[];
  readonly prices: PriceBook;
}

export interface ModelCatalogServiceDeps {
  readonly catalog: Catalog;
  readonly offers: () => Promise<Offers>;
  readonly clock: Clock;
}

/** The catalog, for everyone to read and for admins to change. */
export function modelCatalogService({
  catalog,
  offers,
  clock,
}: ModelCatalogServiceDeps): ServiceImpl<typeof ModelCatalogService> {
  return {
    async listModelCatalog({ includeDisabled }, context) {
      const isAdmin = callerOf(context).role === 'admin';
      const index = await inForce(catalog);
      const { models, prices } = await offers();
      const entries = effectiveCatalog(index, models, prices);
      const shown = isAdmin && includeDisabled ? entries : entries.filter(({ enabled }) => enabled);
      return {
        models: shown.map(catalogMessage),
        source: catalog.source,
        version: catalogVersion(entries),
        adminEditable: catalog.editor !== undefined,
      };
    },

    async updateModelCatalogEntry({ entry: message, updateMask }, context) {
      requireAdmin(callerOf(context));
      const editor = editorOf(catalog);
      if (message === undefined) throw invalidArgument('entry: is required');
      const fields = maskedFields(message, updateMask);
      const index = await inForce(catalog);
      const { models } = await offers();
      const key = { provider: message.provider, modelId: message.modelId };
      const isOffered = models.some(
        ({ provider, modelId }) => provider === key.provider && modelId === key.modelId,
      );
      const written = await editor.put(key, (stored) => {
        // A model that is offered can be called already: who changes one field of it does not switch it off.
        const entry = { ...(stored ?? blankEntry(key, isOffered)), ...fields };
        checkEntry(entry, index);
        return { ...entry, updatedAtUnixMs: clock.nowUnixMs() };
      });
      return { entry: catalogMessage(written) };
    },

    async deleteModelCatalogEntry({ provider, modelId }, context) {
      requireAdmin(callerOf(context));
      const wasThere = await editorOf(catalog).delete({ provider, modelId });
      if (!wasThere) throw notFound(`model_id: the catalog has no entry for it under provider ${provider}`);
      return {};
    },
  };
}

function editorOf({ editor }: Catalog): NonNullable<Catalog['editor']> {
  if (editor !== undefined) return editor;
  throw new ConnectError(
    'the catalog is read from the configuration: change catalog.models there, or set catalog.backend: store',
    Code.Unimplemented,
  );
}

async function inForce(catalog: Catalog): Promise<CatalogIndex> {
  try {
    return await catalog.current();
  } catch (cause) {
    const message = 'the model catalog cannot be read right now: try again shortly';
    throw new ConnectError(message, Code.Unavailable, undefined, undefined, cause);
  }
}
