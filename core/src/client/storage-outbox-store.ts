import { type OutboxEntry, type OutboxStore, parseOutboxEntry, type TakenEntry } from './outbox-store.ts';
import { keysWith, type TextStorage } from './text-storage.ts';

const PREFIX = 'candela.outbox.';

/**
 * Keeps annotations in a browser's storage, which outlives the page. Two tabs may take the same entry at once: both
 * then send it under the same key, and the server keeps it once.
 */
export class StorageOutboxStore implements OutboxStore {
  readonly #storage: TextStorage;
  #takenKey: string | undefined;

  constructor(storage: TextStorage) {
    this.#storage = storage;
  }

  add(entry: OutboxEntry): Promise<void> {
    if (!this.#keys().some((key) => key.endsWith(` ${entry.id}`))) {
      const madeAt = String(Math.trunc(entry.createdAtUnixMs)).padStart(15, '0');
      const nth = String(this.#keys().length).padStart(6, '0');
      this.#storage.setItem(`${PREFIX}${madeAt} ${nth} ${entry.id}`, JSON.stringify(entry));
    }
    return Promise.resolve();
  }

  takeOldest(): Promise<TakenEntry | undefined> {
    if (this.#takenKey !== undefined) return Promise.resolve(undefined);
    for (const key of this.#keys()) {
      const entry = parseOutboxEntry(this.#storage.getItem(key) ?? '');
      if (entry === undefined) {
        // Not an annotation; it would hold up all others.
        this.#storage.removeItem(key);
        continue;
      }
      this.#takenKey = key;
      return Promise.resolve(this.#taken(entry, key));
    }
    return Promise.resolve(undefined);
  }

  count(): Promise<number> {
    return Promise.resolve(this.#keys().length);
  }

  #taken(entry: OutboxEntry, key: string): TakenEntry {
    const giveBack = () => {
      this.#takenKey = undefined;
      return Promise.resolve();
    };
    return {
      entry,
      giveBack,
      remove: () => {
        this.#storage.removeItem(key);
        return giveBack();
      },
    };
  }

  #keys(): readonly string[] {
    return keysWith(this.#storage, PREFIX);
  }
}
