import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LastWords } from './last-words.ts';

/** A runtime that does not end when asked to is ended after this time. */
const GRACE_MS = 10_000;

const HEAR_MS = 500;

export interface ProcessOptions {
  readonly binary: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a process ended, with its last words: `ollama ended with exit code 1: Error: …`. */
export interface ProcessEnd {
  /** `null`: a signal ended it, or it could not be started. */
  readonly exitCode: number | null;
  readonly reason: string;
}

/** A process that Candela has started, and so may end. It leads a group of its own, so that its children end with it. */
export class RuntimeProcess {
  readonly startedAtMs = performance.now();
  /** Resolves when it has ended, however it did; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  #isAlive = true;

  constructor({ binary, args, env }: ProcessOptions) {
    const words = new LastWords();
    const child = spawn(binary, args, {
      env: { ...env },
      // What it writes to standard output is not ours to keep: some runtimes log what they are asked.
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => words.add(piece));
    this.#child = child;
    this.ended = endOf(child, nameOf(binary), words).finally(() => {
      this.#isAlive = false;
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Asks it to end, and ends it if it does not. */
  async stop(): Promise<void> {
    if (!this.#isAlive) return;
    this.#signal('SIGTERM');
    const later = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS);
    await this.ended;
    clearTimeout(later);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
    }
  }
}

async function endOf(child: ChildProcess, name: string, words: LastWords): Promise<ProcessEnd> {
  try {
    const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await untilHeard(child);
    const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    return { exitCode, reason: [`${name} ${how}`, words.told].filter((part) => part !== '').join(': ') };
  } catch (cause) {
    return { exitCode: null, reason: `${name} could not be started: ${(cause as Error).message}` };
  }
}

/** What it wrote last comes after its end, and a process that it left behind may keep the line open for ever. */
async function untilHeard(child: ChildProcess): Promise<void> {
  if (child.stderr === null || child.stderr.readableEnded) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.stderr.once('close', resolve);
  const timer = setTimeout(resolve, HEAR_MS);
  await promise;
  clearTimeout(timer);
}

function nameOf(binary: string): string {
  return binary.split(/[\\/]/).at(-1) ?? binary;
}
