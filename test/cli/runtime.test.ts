import assert from 'node:assert/strict';
import { fakeBinaries, type FakeBinaries } from '../fakes/runtime/start.ts';
import { freePort } from '../harness/free-port.ts';
import { newMachine, type Ended, type Machine } from './candela.ts';

describe('candela runtime', () => {
  let binaries: FakeBinaries;
  let machine: Machine;
  before(async () => {
    binaries = await fakeBinaries(['ollama']);
    machine = await newMachine({ local_upstream: `http://127.0.0.1:${await freePort()}/v1` });
    assert.equal((await candela('start')).code, 0);
  });
  after(async () => {
    await machine.close();
    await binaries.remove();
  });
  const candela = (...args: string[]): Promise<Ended> =>
    machine.candela(args, { env: { PATH: `${binaries.folder}:${process.env['PATH']}` } });
  const runtime = (...args: string[]): Promise<Ended> => candela('runtime', ...args);

  it('says that nothing runs, with exit code 1', async () => {
    const { code, out } = await runtime('status');
    assert.equal(code, 1);
    assert.match(out, /^ollama: stopped at http:\/\/127\.0\.0\.1:\d+\n$/);
    const models = await runtime('models');
    assert.equal(models.code, 1);
    assert.match(models.err, /start it with `candela runtime start`/);
  });

  it('starts, lists, loads, pulls, deletes and stops', async () => {
    assert.match((await runtime('start')).out, /^ollama: running at /);
    assert.equal((await runtime('status')).code, 0);
    assert.equal((await runtime('load', 'llama3.2:3b')).out, 'llama3.2:3b: loaded\n');
    assert.match((await runtime('models')).out, /llama3\.2:3b +2\.0 GB +3\.2B +Q4_K_M +in memory\n/);
    assert.equal((await runtime('unload', 'llama3.2:3b')).out, 'llama3.2:3b: unloaded\n');
    assert.equal((await runtime('pull', 'qwen3:8b')).out, 'qwen3:8b: done, 1.0 GB\n');
    const unsure = await runtime('rm', 'qwen3:8b');
    assert.equal(unsure.code, 2);
    assert.match(unsure.err, /--yes/);
    assert.equal((await runtime('rm', 'qwen3:8b', '--yes')).code, 0);
    const models = JSON.parse((await runtime('models', '--json')).out) as { id: string }[];
    assert.deepEqual(
      models.map(({ id }) => id),
      ['llama3.2:3b', 'nomic-embed-text:latest'],
    );
  });

  it('leaves a download to itself, and cancels it', async () => {
    const { pull } = {
      pull: JSON.parse((await runtime('pull', 'stuck', '--detach', '--json')).out) as object,
    };
    assert.deepEqual(
      { ...pull, started_at: '' },
      {
        ...{ model: 'stuck:latest', backend: 'ollama', state: 'pulling', percent: 0, completed_bytes: 0 },
        ...{ total_bytes: 0, started_at: '', detail: 'waiting for the runtime' },
      },
    );
    assert.equal((await runtime('cancel', 'stuck')).out, 'stuck: cancelled\n');
  });

  it('fails with one line that says why', async () => {
    const { code, out, err } = await runtime('pull', 'none-such');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^[^\n]*Ollama: pull model manifest: file does not exist\n$/);
    assert.equal((await runtime('reset')).code, 2);
    assert.match((await runtime('reset', '--yes')).out, /^forgotten: past downloads/);
    assert.match((await runtime('stop')).out, /^ollama: stopped/);
  });
});
