import { type OutboxEntry, type OutboxStore, parseOutboxEntry, type TakenEntry } from './outbox-store.ts';
import { keysWith, type TextStorage } from '../text-storage.ts';

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
    const keys = this.#keys();
    if (keys.some((key) => key.endsWith(` ${entry.id}`))) return Promise.resolve();
    // Later than what waits already: a clock that was set back turns no order around.
    const newestUnixMs = Number(keys.at(-1)?.slice(PREFIX.length).split(' ', 1)[0] ?? -1);
    const madeAtUnixMs = Math.max(Math.trunc(entry.createdAtUnixMs), newestUnixMs + 1);
    this.#storage.setItem(
      `${PREFIX}${String(madeAtUnixMs).padStart(15, '0')} ${entry.id}`,
      JSON.stringify(entry),
    );
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
