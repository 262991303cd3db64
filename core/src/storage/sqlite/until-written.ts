import type { Logger } from '../../logger.ts';
import type { GroupCommit } from './group-commit.ts';

interface Unwritten {
  readonly step: () => unknown;
  readonly msg: string;
  readonly fields: object;
}

const RETRY_AFTER_MS = 1_000;

/**
 * Changes that must happen, because what they record has happened already. One that cannot be written now
 * (disk full, store locked) is kept, retried every second, and tried a last time at the end.
 */
export class UntilWritten {
  readonly #commit: GroupCommit;
  readonly #logger: Logger;
  #unwritten: Unwritten[] = [];
  #retry: NodeJS.Timeout | undefined;

  constructor(commit: GroupCommit, logger: Logger) {
    this.#commit = commit;
    this.#logger = logger;
  }

  /** What `step` answered once it is committed; `undefined` if it is kept for later, which is logged as `msg`. */
  async run<T>(step: () => T, msg: string, fields: object): Promise<T | undefined> {
    try {
      return await this.#commit.run(step);
    } catch (cause) {
      this.#keep({ step, msg, fields }, cause);
      return undefined;
    }
  }

  /** Tries all that is kept once more; what still cannot be written is logged. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#tryAll();
    clearTimeout(this.#retry);
  }

  #keep(unwritten: Unwritten, cause: unknown): void {
    this.#logger.error({ ...unwritten.fields, err: cause }, unwritten.msg);
    this.#unwritten.push(unwritten);
    this.#retry ??= setTimeout(() => void this.#tryAll(), RETRY_AFTER_MS);
  }

  async #tryAll(): Promise<void> {
    this.#retry = undefined;
    const waiting = this.#unwritten;
    this.#unwritten = [];
    await Promise.all(
      waiting.map((one) => this.#commit.run(one.step).catch((cause: unknown) => this.#keep(one, cause))),
    );
  }
}
