import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { RuntimeState } from '@candela/proto/v1/runtime_service';
import { refused, startRig, type RuntimeRig } from './rig.ts';

describe('LM Studio', () => {
  let rig: RuntimeRig;
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'candela-lm-studio-'));
  });
  afterEach(async () => {
    await rig?.close();
    await rm(state, { recursive: true });
  });
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    rig = await startRig({ backend: 'lmstudio', env: { FAKE_STATE: state, ...env } });
  };
  const loaded = async () => (await rig.client.getHealth({})).models.map(({ id }) => id);

  it('is started and stopped by `lms`, which ends while the server goes on', async () => {
    await start();
    assert.equal((await rig.client.startRuntime({})).status?.state, RuntimeState.RUNNING);
    const [first] = (await rig.client.listModels({})).models;
    assert.deepEqual(
      [first?.id, first?.sizeBytes, first?.family, first?.parameters, first?.quantization, first?.loaded],
      ['openai/gpt-oss-20b', 12_109_565_632n, 'gpt-oss', '20B', 'MXFP4', false],
    );
    assert.equal((await rig.client.stopRuntime({})).status?.state, RuntimeState.STOPPED);
    await assert.rejects(fetch(rig.runtime.url));
  });

  it('loads a model once, and unloads it', async () => {
    await start();
    await rig.client.startRuntime({});
    const nomic = 'text-embedding-nomic-embed-text-v1.5';
    assert.deepEqual(await loaded(), [nomic]);
    await rig.client.loadModel({ model: 'openai/gpt-oss-20b' });
    await rig.client.loadModel({ model: 'openai/gpt-oss-20b' });
    assert.deepEqual(await loaded(), ['openai/gpt-oss-20b', nomic]);
    const loads = (await rig.runtime.requests()).filter(({ path }) => path === '/api/v1/models/load');
    assert.equal(loads.length, 1);
    await rig.client.unloadModel({ model: 'openai/gpt-oss-20b' });
    assert.deepEqual(await loaded(), [nomic]);
    await refused(
      rig.client.loadModel({ model: 'no/such' }),
      Code.NotFound,
      /^LM Studio: Model "no\/such" not found$/,
    );
  });

  it('downloads a model while its progress is shown; only its own window can cancel that', async () => {
    await start();
    await rig.client.startRuntime({});
    const model = 'stuck/granite-4-micro';
    await rig.client.pullModel({ model });
    const coming = await rig.pullOf(model, ({ percent }) => percent > 0);
    assert.deepEqual([coming.state, coming.total_bytes], ['pulling', 2_279_145_000]);
    await refused(rig.client.cancelPull({ model }), Code.Unimplemented, /in LM Studio’s own window$/);
    await rig.runtime.control('release');
    const done = await rig.pullOf(model, (pull) => pull.state !== 'pulling');
    assert.deepEqual([done.state, done.percent], ['done', 100]);
    await rig.client.pullModel({ model: 'broken/model' });
    assert.equal((await rig.pullOf('broken/model', ({ state: is }) => is === 'failed')).percent, 25);
    await refused(rig.client.deleteModel({ model }), Code.Unimplemented, /delete it in LM Studio/);
  });

  it('of a version before 0.4 lists its models, and says what it takes to do more', async () => {
    await start();
    await rig.client.startRuntime({});
    await rig.runtime.control('older');
    assert.deepEqual(
      (await rig.client.listModels({})).models.map(({ id, loaded: isLoaded }) => [id, isLoaded]),
      [
        ['openai/gpt-oss-20b', false],
        ['text-embedding-nomic-embed-text-v1.5', true],
      ],
    );
    await refused(
      rig.client.loadModel({ model: 'openai/gpt-oss-20b' }),
      Code.Unimplemented,
      /update it to 0\.4 or later/,
    );
  });

  it('is ERROR, with the words of `lms`, when it cannot be started, and when it is gone', async () => {
    await start({ FAKE_FAILS_AT_START: 'Error: LM Studio is not set up: run it once' });
    const { status } = await rig.client.startRuntime({});
    assert.deepEqual(
      [status?.state, status?.error],
      [RuntimeState.ERROR, 'lms ended with exit code 1: Error: LM Studio is not set up: run it once'],
    );
    await rig.close();
    await start();
    await rig.client.startRuntime({});
    await rig.runtime.control('crash', { words: 'the app was closed' });
    const gone = (await rig.client.getHealth({})).status;
    assert.equal(gone?.state, RuntimeState.ERROR);
    assert.match(gone.error, /^LM Studio does not answer at .*: nothing listens there$/);
  });
});
