import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../core/src/clock.ts';
import { BACKENDS } from '../../core/src/runtimes/backends.ts';
import { Runtimes } from '../../core/src/runtimes/runtimes.ts';
import { openDatabase } from '../../core/src/storage/sqlite/open.ts';
import { RUNTIME_STATE_SCHEMA } from '../../core/src/storage/sqlite/runtime-state-schema.ts';
import { createSqliteRuntimeStateStore } from '../../core/src/storage/sqlite/runtime-state-store.ts';
import { recordedLog } from '../../core/src/testing/recorded-log.ts';
import { fakeBinaries, type FakeBinaries } from '../fakes/runtime/start.ts';
import { freePort } from '../harness/free-port.ts';

/** Not with a daemon, because there the runtimes that are not configured are at their usual ports. */
describe('two runtimes on one machine', () => {
  let folder: string;
  let binaries: FakeBinaries;
  let urls: { readonly ollama: string; readonly vllm: string };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-switching-'));
    binaries = await fakeBinaries(['ollama', 'vllm']);
    urls = {
      ollama: `http://127.0.0.1:${await freePort()}`,
      vllm: `http://127.0.0.1:${await freePort()}`,
    };
  });
  after(async () => {
    await binaries.remove();
    await rm(folder, { recursive: true });
  });

  const withRuntimes = async (work: (runtimes: Runtimes) => Promise<void>): Promise<void> => {
    const db = openDatabase({ path: join(folder, 'state.db'), schema: [RUNTIME_STATE_SCHEMA] });
    const runtimes = await Runtimes.open({
      backends: [BACKENDS.ollama({ endpoint: urls.ollama }), BACKENDS.vllm({ endpoint: urls.vllm })],
      ...{ configured: 'ollama', blocked: () => undefined, env: { PATH: binaries.folder } },
      onChange: () => {},
      ...{ store: createSqliteRuntimeStateStore(db), clock: systemClock, logger: recordedLog().logger },
    });
    try {
      await work(runtimes);
    } finally {
      await runtimes.close();
      db.close();
    }
  };
  const answers = (url: string): Promise<boolean> =>
    fetch(url).then(
      () => true,
      () => false,
    );

  it('take turns: starting one stops the other, breaks its download off, and is remembered', async () => {
    await withRuntimes(async (runtimes) => {
      await runtimes.start();
      await runtimes.pull('stuck:8b');
      assert.equal((await runtimes.start('vllm', 'Qwen/Qwen3-8B')).state, 'running');
      assert.deepEqual([await answers(urls.ollama), await answers(urls.vllm)], [false, true]);
      assert.deepEqual([runtimes.active.name, runtimes.pulls()[0]?.state], ['vllm', 'interrupted']);
    });
    assert.equal(await answers(urls.vllm), false);
    await withRuntimes(async (runtimes) => {
      assert.equal(runtimes.active.name, 'vllm');
      await runtimes.resetState();
      assert.deepEqual([runtimes.active.name, runtimes.pulls()], ['ollama', []]);
    });
  });

  it('stay as they are when the other one cannot be started', async () => {
    await withRuntimes(async (runtimes) => {
      await runtimes.start('ollama');
      await assert.rejects(runtimes.start('vllm'), { kind: 'failed_precondition' });
      assert.deepEqual([runtimes.active.name, (await runtimes.status()).state], ['ollama', 'running']);
    });
  });
});
