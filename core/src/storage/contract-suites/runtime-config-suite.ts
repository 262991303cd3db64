import assert from 'node:assert/strict';
import type { RuntimeConfigStore } from '../runtime-config-store.ts';

/** What every store of the configuration at run time must do. `open` gives an empty one on the real engine. */
export function describeRuntimeConfigStore(name: string, open: () => RuntimeConfigStore): void {
  describe(`runtime configuration: ${name}`, () => {
    let store: RuntimeConfigStore;
    beforeEach(() => {
      store = open();
    });

    it('has nothing at first', async () => {
      assert.deepEqual(await store.read(), { version: 0, value: {} });
    });

    it('keeps what it is given, as it is', async () => {
      const value = {
        pricing: { models: [{ model: 'ü"\'🌍', input_per_million: 1e-9 }] },
        on: false,
        no: null,
      };
      const { version } = await store.update(() => value);
      assert.deepEqual(await store.read(), { version, value });
      assert.ok(version > 0);
    });

    it('grows in version with every change, one to nothing too', async () => {
      const versions = [
        await store.update(() => ({ a: 1 })),
        await store.update((value) => value),
        await store.update(() => ({})),
      ].map(({ version }) => version);
      assert.deepEqual(
        versions.map((version, index) => version > (versions[index - 1] ?? 0)),
        [true, true, true],
      );
      assert.deepEqual((await store.read()).value, {});
    });

    it('loses none of many changes at once', async () => {
      const changes = Array.from({ length: 50 }, (_, index) =>
        store.update((value) => ({ ...value, [`key${index}`]: index })),
      );
      await Promise.all(changes);
      assert.equal(Object.keys((await store.read()).value).length, 50);
    });

    it('is as it was after a change that throws, and says why', async () => {
      await store.update(() => ({ kept: true }));
      const before = await store.read();
      const refuse = store.update(() => {
        throw new RangeError('no price');
      });
      const [refused] = await Promise.allSettled([refuse, store.read()]);
      assert.equal(refused.status === 'rejected' && refused.reason.message, 'no price');
      assert.deepEqual(await store.read(), before);
    });
  });
}
