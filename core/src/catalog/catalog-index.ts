import { normaliseModelId, undatedModelId } from '../pricing/index.ts';
import type { CatalogContents, CatalogEntry } from '../storage/catalog-store.ts';

/** An entry, and by what it was found. */
export interface CatalogMatch {
  readonly entry: CatalogEntry;
  /**
   * `id`: the model's own, in whatever spelling. `alias`: another name for it. `version`: the id of one date of the
   * model, which has no entry of its own.
   */
  readonly by: 'id' | 'alias' | 'version';
}

/** The catalog's entries as a call looks for them. Never changes. */
export class CatalogIndex {
  readonly version: string;
  readonly entries: readonly CatalogEntry[];
  readonly #matches = new Map<string, CatalogMatch>();

  constructor({ version, entries }: CatalogContents) {
    this.version = version;
    this.entries = entries;
    // What is named more exactly goes before what is named less so, and of two alike the first.
    for (const entry of entries) this.#add(entry, entry.modelId, 'id');
    for (const entry of entries) this.#add(entry, normaliseModelId(entry.modelId), 'id');
    for (const entry of entries) {
      for (const alias of entry.aliases) this.#add(entry, normaliseModelId(alias), 'alias');
    }
  }

  /** The entry that is about a model, as its provider or a client names it. */
  find(provider: string, modelId: string): CatalogMatch | undefined {
    if (this.entries.length === 0) return undefined;
    const exact = this.#matches.get(`${provider}\n${modelId}`);
    if (exact !== undefined) return exact;
    const spelling = normaliseModelId(modelId);
    const named = this.#matches.get(`${provider}\n${spelling}`);
    if (named !== undefined) return named;
    const ofAnyDate = this.#matches.get(`${provider}\n${undatedModelId(spelling)}`);
    return ofAnyDate?.by === 'id' ? { entry: ofAnyDate.entry, by: 'version' } : undefined;
  }

  #add(entry: CatalogEntry, name: string, by: CatalogMatch['by']): void {
    const key = `${entry.provider}\n${name}`;
    if (!this.#matches.has(key)) this.#matches.set(key, { entry, by });
  }
}

/** The catalog of those who have none: every model that is offered may be used, under its own name. */
export const NO_CATALOG = new CatalogIndex({ version: '', entries: [] });
