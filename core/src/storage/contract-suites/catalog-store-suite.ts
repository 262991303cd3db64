import assert from 'node:assert/strict';
import { blankEntry, type CatalogEntry, type CatalogStore } from '../catalog-store.ts';

export interface OpenedCatalogStore {
  readonly store: CatalogStore;
  close(): Promise<void>;
}

/**
 * What every catalog store must do.
 *
 * @param open gives an empty store on the real engine; `close` is called with it after each test.
 */
export function describeCatalogStore(name: string, open: () => Promise<OpenedCatalogStore>): void {
  describe(`catalog store: ${name}`, () => {
    let store: CatalogStore;
    let opened: OpenedCatalogStore;
    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterEach(() => opened.close());

    const full: CatalogEntry = {
      provider: 'openai',
      modelId: 'house/fast:1',
      displayName: 'Fast "the first" 👩‍💻',
      enabled: true,
      category: 'chat',
      contextWindowTokens: Number.MAX_SAFE_INTEGER,
      inputPerMillion: 0.1,
      outputPerMillion: 1 / 3,
      inputPerMillionHigh: 0.2,
      outputPerMillionHigh: 1e-9,
      tierThresholdTokens: 200_000,
      discount: 0.15,
      aliases: ['quick', "O'Quick"],
      providerModelId: 'gpt-4o-mini',
      region: 'europe-west1',
      allowedTenants: ['acme'],
      requiredAccess: ['beta', 'ü'],
      updatedAtUnixMs: 1_772_600_767_123,
    };

    it('is empty at first', async () => {
      assert.equal(store.source, 'store');
      assert.deepEqual((await store.list()).entries, []);
      assert.equal(await store.version(), (await store.list()).version);
    });

    it('keeps an entry exactly, and changes the one that is there', async () => {
      assert.deepEqual(
        await store.put(full, (stored) => {
          assert.equal(stored, undefined);
          return full;
        }),
        full,
      );
      assert.deepEqual((await store.list()).entries, [full]);
      await store.put(full, (stored) => {
        assert.deepEqual(stored, full);
        return { ...full, enabled: false };
      });
      assert.deepEqual((await store.list()).entries, [{ ...full, enabled: false }]);
    });

    it('tells entries apart by provider and by the exact id, and lists them in that order', async () => {
      const keys = [
        ['openai', 'b'],
        ['openai', 'a'],
        ['openai', 'A'],
        ['google', 'b'],
        ['google', 'a%'],
        ['google', 'a_'],
      ] as const;
      for (const [provider, modelId] of keys) {
        await store.put({ provider, modelId }, (stored) => {
          assert.equal(stored, undefined);
          return blankEntry({ provider, modelId }, true);
        });
      }
      const { entries } = await store.list();
      assert.deepEqual(
        entries.map(({ provider, modelId }) => `${provider} ${modelId}`),
        ['google a%', 'google a_', 'google b', 'openai A', 'openai a', 'openai b'],
      );
    });

    it('takes an entry out, once', async () => {
      await store.put(full, () => full);
      assert.equal(await store.delete({ provider: 'google', modelId: full.modelId }), false);
      assert.equal(await store.delete(full), true);
      assert.equal(await store.delete(full), false);
      assert.deepEqual((await store.list()).entries, []);
    });

    it('has another version after every change, and only then', async () => {
      const seen = [await store.version()];
      await store.put(full, () => full);
      seen.push(await store.version());
      await store.put(full, () => full);
      seen.push(await store.version());
      await store.delete(full);
      seen.push(await store.version());
      assert.equal(new Set(seen).size, 4);
      await store.delete(full);
      assert.equal(await store.version(), seen[3]);
      assert.equal((await store.list()).version, seen[3]);
    });

    it('writes nothing where the edit fails', async () => {
      await store.put(full, () => full);
      const version = await store.version();
      await assert.rejects(
        store.put(full, () => {
          throw new Error('no such field');
        }),
        /no such field/,
      );
      assert.deepEqual(await store.list(), { version, entries: [full] });
    });

    it('loses no change of many that come at once', async () => {
      await store.put(full, () => ({ ...full, aliases: [] }));
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.put(full, (stored) => ({ ...full, aliases: [...(stored?.aliases ?? []), `a${index}`] })),
        ),
      );
      const [entry] = (await store.list()).entries;
      assert.equal(new Set(entry?.aliases).size, 10);
    });
  });
}
