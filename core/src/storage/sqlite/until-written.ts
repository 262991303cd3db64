import type { Logger } from '../../logger.ts';
import type { GroupCommit } from './group-commit.ts';
import type { UnwrittenJournal } from './unwritten-journal.ts';

/** A change that must happen, because what it records has happened already. */
export interface NeededChange<T> {
  /** Runs inside a transaction. `again`: an earlier one failed, and another process may have been asked to do it. */
  step(attempt: 'first' | 'again'): T;
  /** Told once the change is committed, whenever that is. */
  written?(answer: T): void;
  /** The change as a line of the journal; absent if nothing is lost when it never happens. */
  line?(): string;
  /** Said in the log each time it cannot be written. */
  readonly msg: string;
  fields(): object;
}

interface Unwritten {
  again(): Promise<unknown>;
  complain(cause: unknown): void;
}

export interface UntilWrittenOptions {
  readonly commit: GroupCommit;
  readonly logger: Logger;
  /** Absent for a store that goes with its process. */
  readonly journal: UnwrittenJournal | undefined;
  /** Default: one second. */
  readonly retryAfterMs?: number;
}

const RETRY_AFTER_MS = 1_000;

/**
 * Carries out changes that must happen. One that cannot be written now (disk full, store locked) goes into a
 * journal beside the store, so that it outlives this process, is retried after a while, and tried a last time at
 * the end.
 */
export class UntilWritten {
  readonly #options: UntilWrittenOptions;
  #unwritten: Unwritten[] = [];
  #retry: NodeJS.Timeout | undefined;

  constructor(options: UntilWrittenOptions) {
    this.#options = options;
  }

  /** What the step answered once it is committed; `undefined` if it is kept for later, which is logged. */
  async run<T>(change: NeededChange<T>): Promise<T | undefined> {
    let answer: T;
    try {
      answer = await this.#options.commit.run(() => change.step('first'));
    } catch (cause) {
      this.#spill(change);
      this.#keep(this.#asUnwritten(change), cause);
      return undefined;
    }
    change.written?.(answer);
    return answer;
  }

  /** Tries all that is kept once more; what still cannot be written is logged, and left to the journal. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#tryAll();
    clearTimeout(this.#retry);
  }

  #asUnwritten<T>(change: NeededChange<T>): Unwritten {
    return {
      again: async () => change.written?.(await this.#options.commit.run(() => change.step('again'))),
      complain: (cause) => this.#options.logger.error({ ...change.fields(), err: cause }, change.msg),
    };
  }

  #spill(change: NeededChange<unknown>): void {
    const line = change.line?.();
    if (line === undefined) return;
    try {
      this.#options.journal?.append(line);
    } catch (cause) {
      this.#options.logger.error(
        { ...change.fields(), err: cause },
        'a charge is kept in memory only, because neither the store nor a file beside it can be written',
      );
    }
  }

  #keep(unwritten: Unwritten, cause: unknown): void {
    unwritten.complain(cause);
    this.#unwritten.push(unwritten);
    this.#retry ??= setTimeout(
      () => void this.#tryAll(),
      this.#options.retryAfterMs ?? RETRY_AFTER_MS,
    ).unref();
  }

  async #tryAll(): Promise<void> {
    this.#retry = undefined;
    const waiting = this.#unwritten;
    this.#unwritten = [];
    await Promise.all(waiting.map((one) => one.again().catch((cause: unknown) => this.#keep(one, cause))));
    if (this.#unwritten.length === 0) this.#options.journal?.clear();
  }
}
