import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { ModelLoadState, RuntimeState } from '@candela/proto/v1/runtime_service';
import { startFakeRuntime } from '../fakes/runtime/start.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { refused, startRig, type RuntimeRig } from './rig.ts';

describe('vLLM', () => {
  let rig: RuntimeRig;
  afterEach(() => rig.close());
  const stateOf = async (): Promise<RuntimeState | undefined> =>
    (await rig.client.getHealth({})).status?.state;
  const until = (state: RuntimeState) =>
    waitUntil({
      what: RuntimeState[state],
      probe: async () => ((await stateOf()) === state ? true : undefined),
    });

  it('loads a model by starting with it, and another one by starting again', async () => {
    rig = await startRig({ backend: 'vllm' });
    await refused(rig.client.startRuntime({}), Code.FailedPrecondition, /load a model instead/);
    assert.equal((await rig.client.loadModel({ model: 'Qwen/Qwen3-8B' })).state, ModelLoadState.LOADED);
    const ids = async () =>
      (await rig.client.listModels({})).models.map(({ id, loaded, available }) => [id, loaded, available]);
    assert.deepEqual(await ids(), [['Qwen/Qwen3-8B', true, true]]);
    assert.equal((await rig.client.loadModel({ model: 'Qwen/Qwen3-8B' })).state, ModelLoadState.LOADED);
    await rig.client.loadModel({ model: 'openai/gpt-oss-20b' });
    assert.deepEqual(await ids(), [['openai/gpt-oss-20b', true, true]]);

    await rig.client.stopRuntime({});
    assert.equal(await stateOf(), RuntimeState.STOPPED);
    assert.equal((await rig.client.startRuntime({})).status?.state, RuntimeState.RUNNING);
    assert.deepEqual(await ids(), [['openai/gpt-oss-20b', true, true]], 'the last one is remembered');
  });

  it('is STARTING for as long as it loads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candela-vllm-'));
    const loaded = join(folder, 'loaded');
    rig = await startRig({ backend: 'vllm', env: { FAKE_LOADED: loaded } });
    assert.equal((await rig.client.loadModel({ model: 'Qwen/Qwen3-8B' })).state, ModelLoadState.STARTING);
    assert.equal(await stateOf(), RuntimeState.STARTING);
    await writeFile(loaded, '');
    await until(RuntimeState.RUNNING);
    await rm(folder, { recursive: true });
  });

  it('is ERROR, with its last words, when the model does not fit', async () => {
    rig = await startRig({ backend: 'vllm' });
    const reason = /^vllm ended with exit code 1: .*CUDA out of memory\. Tried to allocate 20\.00 GiB$/;
    await refused(rig.client.loadModel({ model: 'too-large/model' }), Code.FailedPrecondition, reason);
    const { status } = await rig.client.getHealth({});
    assert.equal(status?.state, RuntimeState.ERROR);
    assert.match(status.error, reason);
  });

  it('says what to do instead of what it cannot do', async () => {
    rig = await startRig({ backend: 'vllm' });
    await rig.client.loadModel({ model: 'Qwen/Qwen3-8B' });
    const model = 'Qwen/Qwen3-8B';
    await refused(rig.client.pullModel({ model }), Code.Unimplemented, /load the model instead/);
    await refused(rig.client.unloadModel({ model }), Code.Unimplemented, /stop the runtime instead/);
    await refused(rig.client.deleteModel({ model }), Code.Unimplemented, /remove it there/);
    assert.equal((await rig.api('POST', 'pull', { model })).status, 501);
  });

  it('that somebody else has started is not restarted for another model', async () => {
    const other = await startFakeRuntime('vllm', { args: ['serve', 'their/model'] });
    rig = await startRig({ backend: 'vllm', upstream: other.url });
    await refused(
      rig.client.loadModel({ model: 'my/model' }),
      Code.FailedPrecondition,
      /restart it where it was/,
    );
    assert.equal((await rig.client.loadModel({ model: 'their/model' })).state, ModelLoadState.LOADED);
    await other.stop();
  });
});
