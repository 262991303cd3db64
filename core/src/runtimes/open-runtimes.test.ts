import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedLog } from '../testing/recorded-log.ts';
import type { BackendName } from './usual-upstreams.ts';
import { openRuntimes } from './open-runtimes.ts';

describe('runtimes of this machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-runtimes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (backend: BackendName, upstream: string, ownPorts: readonly number[] = []) =>
    openRuntimes({
      ...{ configured: { backend, upstream, apiKeyEnv: undefined }, ownPorts },
      ...{ statePath: join(folder, 'state.db'), env: {}, logger: recordedLog().logger },
      onChange: () => {},
    });

  it('are where the configuration says, or where they usually are', async () => {
    const { runtimes, close } = await open('vllm', 'http://127.0.0.1:9/v1/');
    assert.deepEqual(
      [runtimes.active.name, ...runtimes.backends().map(({ endpoint }) => endpoint)],
      ['vllm', 'http://127.0.0.1:11434', 'http://127.0.0.1:9', 'http://127.0.0.1:1234'],
    );
    await close();
  });

  /** Asked, it would be Candela that answers, and calls to `local` would go round in circles. */
  it('are never looked for at a port of Candela’s own', async () => {
    const { runtimes, close } = await open('ollama', 'http://localhost:9', [8181, 1234]);
    await assert.rejects(runtimes.start('lmstudio'), {
      name: 'RuntimeError',
      kind: 'failed_precondition',
      message: /port 1234, where Candela itself does: set `runtime_backend: lmstudio` in the configuration/,
    });
    assert.equal(runtimes.active.name, 'ollama');
    await close();
  });

  it('are started on this machine only', async () => {
    const { runtimes, close } = await open('ollama', 'http://gpu-box.example:11434/v1');
    await assert.rejects(runtimes.start(), {
      kind: 'failed_precondition',
      message: /not on this machine: start it there$/,
    });
    await close();
  });

  it('are refused under a name that nobody has', async () => {
    const { runtimes, close } = await open('ollama', 'http://127.0.0.1:9');
    await assert.rejects(runtimes.start('llama.cpp'), {
      kind: 'invalid_argument',
      message: /^backend: must be one of/,
    });
    await close();
  });
});
