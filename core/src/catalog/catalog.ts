import type { Clock } from '../clock.ts';
import type { CatalogReader, CatalogStore } from '../storage/catalog-store.ts';
import { CatalogIndex } from './catalog-index.ts';

/** How long what is known of a store may be old: within this time another process's change takes effect. */
const MAX_AGE_MS = 2_000;

/**
 * The catalog as one process knows it: in memory, and read again only when its version is another one. What this
 * process changes itself it knows at once.
 */
export class Catalog {
  readonly #reader: CatalogReader;
  readonly #clock: Clock;
  #index: CatalogIndex;
  #checkedAtMs: number;
  #checking: Promise<CatalogIndex> | undefined;
  #readings = 0;
  #lastReading = 0;

  private constructor(reader: CatalogReader, clock: Clock, index: CatalogIndex) {
    this.#reader = reader;
    this.#clock = clock;
    this.#index = index;
    this.#checkedAtMs = clock.monotonicMs();
  }

  /** @throws if the store cannot be read. */
  static async open(reader: CatalogReader, clock: Clock): Promise<Catalog> {
    return new Catalog(reader, clock, new CatalogIndex(await reader.list()));
  }

  get source(): CatalogReader['source'] {
    return this.#reader.source;
  }

  /** What was last read; for those who need not be told that the store does not answer. */
  get known(): CatalogIndex {
    return this.#index;
  }

  /** What is in force: usually at hand, else asked for. @throws if the store cannot be asked. */
  current(): CatalogIndex | Promise<CatalogIndex> {
    const isFresh = this.#clock.monotonicMs() - this.#checkedAtMs < MAX_AGE_MS;
    if (isFresh || this.#reader.source === 'config') return this.#index;
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Absent where the catalog is read-only. */
  get editor(): Pick<CatalogStore, 'put' | 'delete'> | undefined {
    const reader = this.#reader;
    if (!isStore(reader)) return undefined;
    return {
      put: async (key, edit) => {
        const entry = await reader.put(key, edit);
        await this.#read();
        return entry;
      },
      delete: async (key) => {
        const wasThere = await reader.delete(key);
        await this.#read();
        return wasThere;
      },
    };
  }

  async #check(): Promise<CatalogIndex> {
    const version = await this.#reader.version();
    if (version !== this.#index.version) return this.#read();
    this.#checkedAtMs = this.#clock.monotonicMs();
    return this.#index;
  }

  /** Of two readings under way at once the one that began later has the newer entries, whichever ends first. */
  async #read(): Promise<CatalogIndex> {
    const reading = ++this.#readings;
    const index = new CatalogIndex(await this.#reader.list());
    if (reading > this.#lastReading) {
      this.#lastReading = reading;
      this.#index = index;
      this.#checkedAtMs = this.#clock.monotonicMs();
    }
    return this.#index;
  }
}

function isStore(reader: CatalogReader): reader is CatalogStore {
  return reader.source === 'store';
}
