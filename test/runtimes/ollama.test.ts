import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toJson } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { ListModelsResponseSchema, RuntimeState } from '@candela/proto/v1/runtime_service';
import { startFakeRuntime, type FakeRuntime } from '../fakes/runtime/start.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { refused, startRig, type Body, type RuntimeRig } from './rig.ts';

describe('Ollama that Candela starts', () => {
  let rig: RuntimeRig;
  afterEach(() => rig.close());

  it('starts, answers, lists what it has, and stops', async () => {
    rig = await startRig({ backend: 'ollama' });
    assert.equal((await rig.client.getHealth({})).status?.state, RuntimeState.STOPPED);

    const { status } = await rig.client.startRuntime({});
    assert.deepEqual(
      [status?.state, status?.backend, status?.endpoint],
      [RuntimeState.RUNNING, 'ollama', rig.runtime.url],
    );
    assert.equal((await rig.client.startRuntime({ backend: 'ollama' })).status?.state, RuntimeState.RUNNING);
    const { models } = await rig.client.listModels({});
    assert.deepEqual(toJson(ListModelsResponseSchema, create(ListModelsResponseSchema, { models })), {
      models: [
        {
          ...{ id: 'llama3.2:3b', sizeBytes: '2019393189', family: 'llama', parameters: '3.2B' },
          ...{ quantization: 'Q4_K_M', available: true },
        },
        {
          ...{ id: 'nomic-embed-text:latest', sizeBytes: '274302450', family: 'nomic-bert' },
          ...{ parameters: '137M', quantization: 'Q4_K_M', available: true },
        },
      ],
    });
    const stopped = await rig.client.stopRuntime({});
    assert.equal(stopped.status?.state, RuntimeState.STOPPED);
    await assert.rejects(fetch(rig.runtime.url));
  });

  it('loads, unloads and deletes models', async () => {
    rig = await startRig({ backend: 'ollama' });
    await rig.client.startRuntime({});
    await rig.client.loadModel({ model: 'llama3.2:3b' });
    const inMemory = async () => (await rig.client.getHealth({})).models.map(({ id }) => id);
    assert.deepEqual(await inMemory(), ['llama3.2:3b']);
    await rig.client.unloadModel({ model: 'llama3.2:3b' });
    assert.deepEqual(await inMemory(), []);
    await rig.client.deleteModel({ model: 'nomic-embed-text' });
    assert.deepEqual(
      (await rig.client.listModels({})).models.map(({ id }) => id),
      ['llama3.2:3b'],
    );
    await refused(rig.client.deleteModel({ model: 'nomic-embed-text' }), Code.NotFound, /not found/);
    await refused(rig.client.loadModel({ model: '--config' }), Code.InvalidArgument, /^model: /);
  });

  it('is shown as ERROR, with its last words, when it crashes, and can be started again', async () => {
    rig = await startRig({ backend: 'ollama' });
    await rig.client.startRuntime({});
    await rig.runtime.control('crash', { words: 'panic: \u001B[31mout of memory\u001B[0m' });
    const status = await waitUntil({
      what: 'the crash to be noticed',
      probe: async () => {
        const health = await rig.client.getHealth({});
        return health.status?.state === RuntimeState.ERROR ? health.status : undefined;
      },
    });
    assert.equal(status.error, 'ollama ended with exit code 3: loading… · panic: out of memory');
    const { body } = await rig.api('GET', 'models');
    assert.deepEqual([body.runtime.state, body.runtime.error, body.models], ['error', status.error, []]);
    assert.equal((await rig.client.startRuntime({})).status?.state, RuntimeState.RUNNING);
  });

  // `getHealth` and the management API asked whether it runs and then for its models, and failed on the second.
  it('is shown as ERROR, and no question fails, when it crashes between two of ours', async () => {
    rig = await startRig({ backend: 'ollama' });
    for (const ask of [
      async () => (await rig.client.getHealth({})).status?.error,
      async () => (await rig.api('GET', 'models')).body.runtime.error as string,
    ]) {
      await rig.client.startRuntime({});
      await rig.runtime.control('crash', { words: 'panic: out of memory', at: '/api/tags' });
      assert.equal(await ask(), 'ollama ended with exit code 3: loading… · panic: out of memory');
    }
  });

  // The question under way was cut off, and the answer was that it runs.
  it('is not said to run when it crashes in the middle of a question', async () => {
    rig = await startRig({ backend: 'ollama' });
    await rig.client.startRuntime({});
    await rig.runtime.control('mute');
    const health = rig.client.getHealth({});
    await rig.runtime.control('crash', { words: 'panic: out of memory' });
    assert.equal(
      (await health).status?.error,
      'ollama ended with exit code 3: loading… · panic: out of memory',
    );
  });

  it('is shown as ERROR when it ends before it answers', async () => {
    const env = { FAKE_FAILS_AT_START: 'Error: listen tcp 127.0.0.1:11434: bind: permission denied' };
    rig = await startRig({ backend: 'ollama', env });
    const { status } = await rig.client.startRuntime({});
    assert.equal(status?.state, RuntimeState.ERROR);
    assert.match(status.error, /^ollama ended with exit code 1: .*bind: permission denied$/);
    assert.equal((await rig.client.stopRuntime({})).status?.state, RuntimeState.STOPPED);
  });

  it('is shown as ERROR while it runs and does not answer', async () => {
    rig = await startRig({ backend: 'ollama' });
    await rig.client.startRuntime({});
    await rig.runtime.control('mute');
    const { status } = await rig.client.getHealth({});
    assert.deepEqual(
      [status?.state, status?.error],
      [RuntimeState.ERROR, `it runs, but Ollama does not answer at ${rig.runtime.url} within 2 s`],
    );
  });

  it('ends with Candela', async () => {
    rig = await startRig({ backend: 'ollama' });
    await rig.client.startRuntime({});
    assert.equal(await rig.daemon.stop(), 0);
    await assert.rejects(fetch(rig.runtime.url));
  });

  it('is not started where it is not installed, and says how to install it', async () => {
    rig = await startRig({ backend: 'ollama', installed: ['lmstudio'] });
    await refused(
      rig.client.startRuntime({}),
      Code.FailedPrecondition,
      /no `ollama` on PATH; install it from https:/,
    );
    const { backends, active } = await rig.client.listBackends({});
    assert.deepEqual(
      [active, ...backends.map(({ name, installed }) => `${name} ${installed}`)],
      ['ollama', 'ollama false', 'vllm false', 'lmstudio true'],
    );
    assert.deepEqual(
      backends.map((one) => [one.binaryPath !== '', one.installHint !== '']),
      [
        [false, true],
        [false, true],
        [true, false],
      ],
    );
  });
});

describe('Ollama that somebody else has started', () => {
  let ollama: FakeRuntime;
  let rig: RuntimeRig;
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-home-'));
    ollama = await startFakeRuntime('ollama');
    rig = await startRig({ backend: 'ollama', upstream: ollama.url, home });
  });
  afterEach(async () => {
    await rig.close();
    await ollama.stop();
    await rm(home, { recursive: true });
  });

  it('is seen, used, and never stopped', async () => {
    assert.equal((await rig.client.startRuntime({})).status?.state, RuntimeState.RUNNING);
    await refused(rig.client.stopRuntime({}), Code.FailedPrecondition, /was not started by Candela/);
    await rig.daemon.stop();
    assert.equal((await fetch(`${ollama.url}/api/version`)).status, 200);
  });

  it('downloads a model while its progress is shown, and offers it to calls', async () => {
    const model = 'stuck-qwen3:8b';
    await rig.client.pullModel({ model });
    const coming = await rig.pullOf(model, ({ percent }) => percent === 50);
    assert.deepEqual([coming.state, coming.total_bytes], ['pulling', 1_000_000_000]);
    await ollama.control('release');
    const done = await rig.pullOf(model, ({ state }) => state === 'done');
    assert.deepEqual([done.percent, done.total_bytes], [100, 1_000_000_000]);
    assert.ok(
      (await rig.client.listModels({})).models.some(({ id, available }) => id === model && available),
    );
    await waitUntil({
      what: 'the model to be offered',
      probe: async () => {
        const list = (await (await fetch(`${rig.daemon.url}/v1/models`)).json()) as {
          data: { id: string }[];
        };
        return list.data.find(({ id }) => id === model);
      },
    });
  });

  it('answers calls for nothing, and is known to have done so after a restart, too', async () => {
    const lastUsed = async () =>
      (await rig.client.listModels({})).models.flatMap((model) =>
        model.lastUsed === undefined ? [] : [model.id],
      );
    assert.deepEqual(await lastUsed(), []);
    const beforeMs = Date.now();
    const answer = await fetch(`${rig.daemon.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'llama3.2:3b', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    assert.deepEqual([answer.status, ((await answer.json()) as Body).usage.total_tokens], [200, 12]);
    assert.deepEqual(await lastUsed(), ['llama3.2:3b']);
    const { models } = await rig.client.getHealth({});
    const [used] = models;
    assert.ok(used?.lastUsed !== undefined && Number(used.lastUsed.seconds) >= Math.floor(beforeMs / 1000));
    await rig.close();
    rig = await startRig({ backend: 'ollama', upstream: ollama.url, home });
    assert.deepEqual(await lastUsed(), ['llama3.2:3b']);
    await rig.client.resetState({});
    assert.deepEqual(await lastUsed(), []);
  });

  it('shows a download under way, cancels it, and goes on with it where it was', async () => {
    await rig.client.pullModel({ model: 'stuck' });
    const half = await rig.pullOf('stuck:latest', ({ percent }) => percent === 50);
    assert.deepEqual([half.state, half.completed_bytes], ['pulling', 500_000_000]);
    const coming = { id: 'stuck:latest', sizeBytes: 500_000_000n, available: false, loaded: false };
    for (const { models } of [await rig.client.listModels({}), await rig.client.getHealth({})]) {
      const { id, sizeBytes, available, loaded } = models.at(-1) ?? {};
      assert.deepEqual({ id, sizeBytes, available, loaded }, coming);
    }
    await refused(rig.client.deleteModel({ model: 'stuck' }), Code.FailedPrecondition, /cancel that first/);
    await rig.client.pullModel({ model: 'stuck' });
    assert.equal((await ollama.requests()).filter(({ path }) => path === '/api/pull').length, 1);

    await rig.client.cancelPull({ model: 'stuck' });
    const cancelled = await rig.pullOf('stuck:latest', () => true);
    assert.deepEqual([cancelled.state, cancelled.percent], ['cancelled', 50]);
    await refused(rig.client.cancelPull({ model: 'stuck' }), Code.NotFound, /nothing to cancel/);
    assert.deepEqual((await rig.client.getHealth({})).models, []);

    const { body } = await rig.api('POST', 'pull', { model: 'stuck' });
    assert.equal(body.pull.percent, 50, 'what was there is there');
    await rig.pullOf('stuck:latest', ({ state }) => state === 'done');
  });

  for (const [how, end, state] of [
    ['stopped', 'stop', 'interrupted'],
    ['killed', 'kill', 'interrupted'],
  ] as const) {
    it(`goes on with a download that was cut when Candela was ${how}, once it is asked for again`, async () => {
      await rig.client.pullModel({ model: 'stuck' });
      await rig.pullOf('stuck:latest', ({ percent }) => percent === 50);
      await rig.daemon[end]();
      await rig.close();
      rig = await startRig({ backend: 'ollama', upstream: ollama.url, home });
      assert.equal((await rig.pullOf('stuck:latest', () => true)).state, state);
      await rig.client.pullModel({ model: 'stuck' });
      const done = await rig.pullOf('stuck:latest', (pull) => pull.state !== 'pulling');
      assert.deepEqual([done.state, done.percent], ['done', 100]);
    });
  }

  it('says why a download failed', async () => {
    await rig.client.pullModel({ model: 'none-such' });
    const missing = await rig.pullOf('none-such:latest', ({ state }) => state === 'failed');
    assert.equal(missing.error, 'Ollama: pull model manifest: file does not exist');
    await rig.client.pullModel({ model: 'cut-off' });
    const cut = await rig.pullOf('cut-off:latest', ({ state }) => state === 'failed');
    assert.match(cut.error ?? '', /connection was cut/);
    assert.equal(cut.percent, 50);
  });

  it('forgets downloads and preferences when told, but not what is under way', async () => {
    await rig.client.pullModel({ model: 'none-such' });
    await rig.pullOf('none-such:latest', ({ state }) => state === 'failed');
    await rig.client.pullModel({ model: 'stuck' });
    await rig.api('POST', 'catalog/pin', { model: 'qwen3:8b', pinned: true });
    const pins = async () =>
      (await rig.client.listCatalog({})).models.filter(({ pinned }) => pinned).map(({ id }) => id);
    assert.ok((await pins()).includes('qwen3:8b'));

    const unconfirmed = await rig.api('POST', 'reset');
    assert.deepEqual([unconfirmed.status, Object.keys(unconfirmed.body)], [400, ['error']]);
    await rig.client.resetState({});
    assert.ok(!(await pins()).includes('qwen3:8b'));
    const { body } = await rig.api('GET', 'pulls');
    assert.deepEqual(
      body.pulls.map((pull: { model: string }) => pull.model),
      ['stuck:latest'],
    );
  });

  it('is an error where it does not run, and not an empty list', async () => {
    await ollama.stop();
    await refused(
      rig.client.listModels({}),
      Code.Unavailable,
      /does not answer at .*: nothing listens there/,
    );
    await refused(rig.client.pullModel({ model: 'qwen3:8b' }), Code.Unavailable, /nothing listens there/);
    assert.deepEqual((await rig.api('GET', 'pulls')).body, { pulls: [] });
  });
});

describe('a program that is not Ollama where Ollama should be', () => {
  it('is an error that says so', async () => {
    const other = await startFakeRuntime('vllm', { args: ['serve', 'some/model'] });
    const rig = await startRig({ backend: 'ollama', upstream: other.url });
    const { status } = await rig.client.getHealth({});
    assert.equal(status?.state, RuntimeState.ERROR);
    assert.match(
      status.error,
      /^what answers at http:\/\/127\.0\.0\.1:\d+ is not Ollama: stop it, or say in /,
    );
    await rig.close();
    await other.stop();
  });
});
