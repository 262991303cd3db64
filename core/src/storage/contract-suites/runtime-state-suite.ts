import assert from 'node:assert/strict';
import type { RuntimeStateStore, StoredPull } from '../runtime-state-store.ts';

const PULL: StoredPull = {
  ...{ backend: 'ollama', model: 'qwen3:8b', state: 'pulling', completedBytes: 0, totalBytes: 0, error: '' },
  ...{ startedAtUnixMs: 1_000, changedAtUnixMs: 1_000 },
};

/** What every store of the runtimes' state must do. `open` gives an empty one on the real engine. */
export function describeRuntimeStateStore(name: string, open: () => RuntimeStateStore): void {
  describe(`runtime state: ${name}`, () => {
    let store: RuntimeStateStore;
    beforeEach(() => {
      store = open();
    });

    it('has nothing at first', async () => {
      assert.deepEqual([await store.listPulls(), await store.readPreferences()], [[], {}]);
    });

    it('keeps one download of each model and backend, newest first, to the byte', async () => {
      const large = { ...PULL, completedBytes: 2 ** 52, totalBytes: 2 ** 53 - 1, error: 'ü"\'' };
      await store.putPull(PULL);
      await store.putPull({ ...PULL, backend: 'lmstudio', startedAtUnixMs: 2_000 });
      await store.putPull({ ...PULL, model: 'phi4:14b', startedAtUnixMs: 3_000 });
      await store.putPull(large);
      assert.deepEqual(await store.listPulls(), [
        { ...PULL, model: 'phi4:14b', startedAtUnixMs: 3_000 },
        { ...PULL, backend: 'lmstudio', startedAtUnixMs: 2_000 },
        large,
      ]);
    });

    it('loses none of many changes at once', async () => {
      const ids = Array.from({ length: 30 }, (_, index) => `model-${index}`);
      await Promise.all(
        ids.map((id) => store.updatePreferences(({ pinned }) => ({ pinned: { ...pinned, [id]: true } }))),
      );
      assert.deepEqual(Object.keys((await store.readPreferences()).pinned ?? {}).toSorted(), ids.toSorted());
    });

    it('forgets everything but what is under way', async () => {
      await store.putPull(PULL);
      await store.putPull({ ...PULL, model: 'phi4:14b', state: 'done' });
      await store.updatePreferences(() => ({ backend: 'vllm' }));
      await store.clear();
      assert.deepEqual([await store.listPulls(), await store.readPreferences()], [[PULL], {}]);
    });
  });
}
