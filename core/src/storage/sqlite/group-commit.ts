import type { DatabaseSync, StatementSync } from 'node:sqlite';

interface Step {
  run(): void;
  resolve(): void;
  reject(cause: unknown): void;
}

/**
 * Runs steps that change a database, all those of one event-loop turn in one transaction.
 *
 * A commit is the dearest part of a small write, and under load many calls want one in the same turn. A step's
 * promise resolves only after its commit, so nobody is told of something a crash could undo.
 */
export class GroupCommit {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #queue: Step[] = [];

  constructor(db: DatabaseSync) {
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
    const steps = this.#queue;
    this.#queue = [];
    const failure = this.#transact(steps);
    if (failure === undefined) return;
    // One step that fails must not take its neighbours down. A store that is busy or full fails them all alike.
    if (failure.by === 'step' && steps.length > 1) {
      for (const step of steps) this.#transact([step]);
    }
  }

  /** Commits and resolves all, or leaves the database as it was; what only a lone step can answer for is left open. */
  #transact(steps: readonly Step[]): { readonly by: 'store' | 'step' } | undefined {
    let by: 'store' | 'step' = 'store';
    try {
      this.#begin.run();
      by = 'step';
      for (const step of steps) step.run();
      by = 'store';
      this.#commit.run();
    } catch (cause) {
      this.#undo();
      if (by === 'store' || steps.length === 1) for (const step of steps) step.reject(cause);
      return { by };
    }
    for (const step of steps) step.resolve();
    return undefined;
  }

  #undo(): void {
    try {
      this.#rollback.run();
    } catch {
      // Nothing had begun, or SQLite rolled back by itself (disk full, I/O error); the first error says why.
    }
  }
}
