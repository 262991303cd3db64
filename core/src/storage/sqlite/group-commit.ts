import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openFailureOf } from './sqlite-error.ts';

interface Step {
  run(): void;
  resolve(): void;
  reject(cause: unknown): void;
}

/** What the steps of a transaction have read and leave unwritten until its end, so that each row is written once. */
export interface TurnCache {
  begin(): void;
  /** Before the commit. */
  write(): void;
  /** After the commit, or instead of it. */
  end(): void;
}

/** How soon a store that another process writes is asked again; the last one counts for all further times. */
const ASK_AGAIN_AFTER_MS = [1, 2, 5, 10, 20] as const;

/**
 * Runs steps that change a database, all those of one event-loop turn in one transaction.
 *
 * A commit is the dearest part of a small write, and under load many calls want one in the same turn. A step's
 * promise resolves only after its commit, so nobody is told of something a crash could undo.
 *
 * While another process writes, the steps wait, for as long as the connection's busy timeout says. SQLite would wait
 * by blocking the thread, and with it every stream that passes through this process.
 */
export class GroupCommit {
  readonly #patienceMs: number;
  readonly #db: DatabaseSync;
  readonly #cache: TurnCache | undefined;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #queue: Step[] = [];
  #refusals = 0;
  #firstRefusalMs = 0;

  constructor(db: DatabaseSync, cache?: TurnCache) {
    this.#db = db;
    this.#cache = cache;
    this.#patienceMs = Number(db.prepare('PRAGMA busy_timeout').get()?.['timeout']);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /** Resolves with what `step` answered, once that is committed; rejects if it or the commit failed. */
  run<T>(step: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let answer: T;
      if (this.#queue.length === 0) setImmediate(() => this.#flush());
      this.#queue.push({
        run: () => {
          answer = step();
        },
        resolve: () => resolve(answer),
        reject,
      });
    });
  }

  #flush(): void {
    try {
      this.#beginAtOnce();
    } catch (cause) {
      if (openFailureOf(cause) === 'locked' && this.#mayWait()) return;
      this.#refusals = 0;
      for (const step of this.#takeQueue()) step.reject(cause);
      return;
    }
    this.#refusals = 0;
    const steps = this.#takeQueue();
    const failure = this.#transact(steps);
    if (failure === undefined) return;
    // One step that fails must not take its neighbours down. A store that is full fails them all alike.
    if (failure.by === 'step' && steps.length > 1) for (const step of steps) this.#alone(step);
  }

  #beginAtOnce(): void {
    // Not prepared: this pragma acts when it is compiled, https://www.sqlite.org/pragma.html#syntax
    this.#db.exec('PRAGMA busy_timeout = 0');
    try {
      this.#begin.run();
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${this.#patienceMs}`);
    }
  }

  /** Has the queue, and whoever joins it meanwhile, tried again soon, unless it has waited for long enough. */
  #mayWait(): boolean {
    const nowMs = performance.now();
    if (this.#refusals === 0) this.#firstRefusalMs = nowMs;
    if (nowMs - this.#firstRefusalMs >= this.#patienceMs) return false;
    const afterMs = ASK_AGAIN_AFTER_MS[Math.min(this.#refusals++, ASK_AGAIN_AFTER_MS.length - 1)];
    setTimeout(() => this.#flush(), afterMs);
    return true;
  }

  #takeQueue(): readonly Step[] {
    const steps = this.#queue;
    this.#queue = [];
    return steps;
  }

  #alone(step: Step): void {
    try {
      this.#begin.run();
    } catch (cause) {
      step.reject(cause);
      return;
    }
    this.#transact([step]);
  }

  /** In a transaction that has begun: commits and resolves all, or undoes it; a step that fails is left open if it is not alone. */
  #transact(steps: readonly Step[]): { readonly by: 'store' | 'step' } | undefined {
    let by: 'store' | 'step' = 'step';
    this.#cache?.begin();
    try {
      for (const step of steps) step.run();
      by = 'store';
      this.#cache?.write();
      this.#commit.run();
    } catch (cause) {
      this.#undo();
      if (by === 'store' || steps.length === 1) for (const step of steps) step.reject(cause);
      return { by };
    } finally {
      this.#cache?.end();
    }
    for (const step of steps) step.resolve();
    return undefined;
  }

  #undo(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite rolled back by itself (disk full, I/O error); the first error says why.
    }
  }
}
