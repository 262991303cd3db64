import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { freePort } from '../harness/free-port.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** The program as it is built, in its several files. */
export const CANDELA = fileURLToPath(new URL('../../core/dist/candela.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command under way. */
export interface Running {
  readonly pid: number;
  out(): string;
  err(): string;
  readonly ended: Promise<Ended>;
}

/** A developer's machine of its own: a home, a configuration and ports, and `candela` on it. */
export interface Machine {
  readonly home: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end. */
  candela(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts a command. */
  begin(args: readonly string[], options?: RunOptions): Running;
  /** A folder with a git repository as git leaves it: `name` by its remote, `branch` checked out. */
  checkout(name: string, branch: string): Promise<string>;
  /** Ends the daemon, if there is one, and takes everything away. */
  close(): Promise<void>;
}

/** @param config as it would stand in the file. */
export async function newMachine(config: Readonly<Record<string, unknown>> = {}): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), 'candela-cli-'));
  const port = await freePort();
  const file = join(home, 'config.yaml');
  await writeFile(file, JSON.stringify(config));
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: home, CANDELA_HOME: join(home, '.candela') },
    ...{ CANDELA_CONFIG: file, CANDELA_PORT: String(port), CANDELA_LM_STUDIO_PORT: '0' },
    ...{ METADATA_SERVER_DETECTION: 'none', TZ: 'UTC' },
  };
  const begin = (args: readonly string[], options: RunOptions = {}): Running => {
    const child = spawn(process.execPath, [CANDELA, ...args], {
      cwd: options.cwd ?? home,
      env: { ...env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // One that does not end by itself is what a test looks for, not what it waits for.
      ...{ timeout: 60_000, killSignal: 'SIGKILL' as const },
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const ended = once(child, 'close').then(([code, signal]) => ({
      ...{ code: code as number | null, signal: signal as NodeJS.Signals | null },
      ...said,
    }));
    return { pid: child.pid as number, out: () => said.out, err: () => said.err, ended };
  };
  const candela: Machine['candela'] = (args, options) => begin(args, options).ended;
  return {
    ...{ home, url: `http://127.0.0.1:${port}`, env, begin, candela },
    async checkout(name, branch) {
      const folder = join(home, 'checkouts', name);
      await mkdir(join(folder, '.git'), { recursive: true });
      await writeFile(join(folder, '.git', 'HEAD'), `ref: refs/heads/${branch}\n`);
      const url = `https://me:secret@git.example.com/team/${name}.git`;
      await writeFile(join(folder, '.git', 'config'), `[remote "origin"]\n\turl = ${url}\n`);
      return folder;
    },
    async close() {
      await candela(['stop']);
      await rm(home, { recursive: true, maxRetries: 5 });
    },
  };
}

export function untilSaid(running: Running, text: string): Promise<true> {
  return waitUntil({
    what: `${JSON.stringify(text)} to be said`,
    probe: () => running.out().includes(text) || undefined,
    state: () => running.out(),
  });
}

/**
 * What a command shows at a terminal, which util-linux's `script` makes, when a person types these lines and then
 * Ctrl-D.
 */
export async function atTerminal(
  machine: Machine,
  args: readonly string[],
  lines: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = [process.execPath, CANDELA, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...machine.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...{ timeout: 60_000, killSignal: 'SIGKILL' as const },
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const ended = once(child, 'close');
  let seen = 0;
  let isOver = false;
  void ended.then(() => (isOver = true));
  // Typed only when asked: what comes earlier than the question may be lost.
  for (const typed of [...lines.map((line) => `${line}\n`), END_OF_INPUT]) {
    await waitUntil({
      what: `a question to answer with ${JSON.stringify(typed)}`,
      probe: () => isOver || QUESTION.test(stripVTControlCharacters(shown.slice(seen))) || undefined,
      state: () => shown,
    });
    if (isOver) break;
    seen = shown.length;
    child.stdin.write(typed);
  }
  await ended;
  return shown;
}

/** A prompt ends with a question mark, or with what is taken for no answer in brackets. */
const QUESTION = /[?\]] $/;
const END_OF_INPUT = '\u0004';
