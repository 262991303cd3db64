import assert from 'node:assert/strict';
import type { OutboxEntry } from './annotations/outbox-store.ts';
import { StorageOutboxStore } from './annotations/storage-outbox-store.ts';
import { StorageToldThresholds } from './status/storage-told-thresholds.ts';
import type { TextStorage } from './text-storage.ts';

/** What a browser's `localStorage` does. */
class MapStorage implements TextStorage {
  readonly #texts = new Map<string, string>();

  get length(): number {
    return this.#texts.size;
  }

  key(index: number): string | null {
    return [...this.#texts.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#texts.set(key, value);
  }

  removeItem(key: string): void {
    this.#texts.delete(key);
  }
}

describe('what is kept in a browser', () => {
  let storage: MapStorage;
  beforeEach(() => {
    storage = new MapStorage();
    storage.setItem('somebody else’s', '');
  });

  describe('StorageOutboxStore', () => {
    const entry = (id: string, createdAtUnixMs = 1): OutboxEntry => ({
      ...{ id, createdAtUnixMs },
      annotation: { kind: 'label', traceId: 't', label: id },
    });

    it('gives back what was kept, in its order, over a reload, and each once, whatever the clock said', async () => {
      const before = new StorageOutboxStore(storage);
      for (const one of [entry('b', 2), entry('c', 2), entry('a', 1), entry('b', 2)]) await before.add(one);
      const after = new StorageOutboxStore(storage);
      assert.equal(await after.count(), 3);
      const ids: string[] = [];
      for (let taken = await after.takeOldest(); taken !== undefined; taken = await after.takeOldest()) {
        ids.push(taken.entry.id);
        await taken.remove();
      }
      assert.deepEqual(ids, ['b', 'c', 'a']);
      assert.equal(storage.length, 1);
    });

    it('lets one be taken at a time, and takes it back', async () => {
      const store = new StorageOutboxStore(storage);
      await store.add(entry('a'));
      const taken = await store.takeOldest();
      assert.equal(await store.takeOldest(), undefined);
      await taken?.giveBack();
      assert.deepEqual((await store.takeOldest())?.entry, entry('a'));
    });

    it('drops what is no annotation, and goes on', async () => {
      storage.setItem('candela.outbox.000000000000000 000000 x', '{"id":"x"');
      const store = new StorageOutboxStore(storage);
      await store.add(entry('a'));
      assert.equal((await store.takeOldest())?.entry.id, 'a');
      assert.equal(await store.count(), 1);
    });
  });

  describe('StorageToldThresholds', () => {
    const mark = { userId: 'ada', periodKey: '2026-11-21', percent: 80 };

    it('lets the first claim each mark, over a reload', async () => {
      assert.equal(await new StorageToldThresholds(storage).claim(mark), true);
      assert.equal(await new StorageToldThresholds(storage).claim(mark), false);
      assert.equal(await new StorageToldThresholds(storage).claim({ ...mark, percent: 90 }), true);
    });

    it('forgets all but the last seven days', async () => {
      const told = new StorageToldThresholds(storage);
      for (let day = 10; day < 20; day += 1) await told.claim({ ...mark, periodKey: `2026-11-${day}` });
      assert.equal(storage.length, 1 + 7);
      assert.equal(await told.claim({ ...mark, periodKey: '2026-11-13' }), false);
    });
  });
});
