import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChildService } from '../../harness/child-service.ts';
import type { RuntimeRequest } from './fake-runtime.ts';

export type FakeRuntimeName = 'ollama' | 'vllm' | 'lmstudio';

const BINARIES: Readonly<Record<FakeRuntimeName, string>> = {
  ollama: 'ollama',
  vllm: 'vllm',
  lmstudio: 'lms',
};

/** A fake runtime that somebody has started. */
export interface FakeRuntime {
  readonly url: string;
  requests(): Promise<readonly RuntimeRequest[]>;
  control(what: 'crash' | 'mute' | 'release' | 'older', body?: object): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a fake runtime as a process of its own, as somebody else would who is not Candela. */
export async function startFakeRuntime(
  name: FakeRuntimeName,
  options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<FakeRuntime> {
  const child = await startChildService({
    what: `the fake of ${name}`,
    script: scriptOf(name),
    args: options.args ?? ['serve'],
    env: { FAKE_PORT: '0', ...options.env },
    isReady: ({ out }) => out.includes('listening on'),
  });
  const url = /listening on (\S+)/.exec(child.out())?.[1] ?? '';
  return { ...fakeRuntimeAt(url), stop: () => child.kill() };
}

/** A fake runtime that runs already, whoever started it. */
export function fakeRuntimeAt(url: string): Omit<FakeRuntime, 'stop'> {
  return {
    url,
    async requests() {
      return (await (await fetch(`${url}/_fake/requests`)).json()) as RuntimeRequest[];
    },
    async control(what, body = {}) {
      const answer = fetch(`${url}/_fake/${what}`, { method: 'POST', body: JSON.stringify(body) });
      // One that crashes answers nobody.
      await answer.then((one) => one.text()).catch(() => undefined);
    },
  };
}

/** A folder to put on `PATH`, with the programs of these runtimes in it. */
export interface FakeBinaries {
  readonly folder: string;
  remove(): Promise<void>;
}

/** @param env variables that the programs get besides those of whoever runs them. */
export async function fakeBinaries(
  names: readonly FakeRuntimeName[],
  env: Readonly<Record<string, string>> = {},
): Promise<FakeBinaries> {
  const folder = await mkdtemp(join(tmpdir(), 'candela-binaries-'));
  const exported = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  for (const name of names) {
    const path = join(folder, BINARIES[name]);
    await writeFile(
      path,
      `#!/bin/sh\n${exported.join('')}exec '${process.execPath}' '${scriptOf(name)}' "$@"\n`,
    );
    await chmod(path, 0o755);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

function scriptOf(name: FakeRuntimeName): string {
  return fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url));
}
