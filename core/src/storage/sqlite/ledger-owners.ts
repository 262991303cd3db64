import { hostname } from 'node:os';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const HOST = hostname();
const STARTED_AT_UNIX_MS = Math.round(performance.timeOrigin);

/**
 * The processes that hold reservations. One that was killed cannot give its own back, so whoever opens the
 * store next asks the system which are still alive and strikes out the others of this host.
 */
export class LedgerOwners {
  readonly ownId: bigint;
  readonly #ofHost: StatementSync;
  readonly #byId: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync) {
    this.#ofHost = db.prepare(
      'SELECT id, pid, process_started_at_unix_ms AS startedAtUnixMs FROM ledger_owners WHERE host = ?',
    );
    this.#byId = db.prepare('SELECT 1 FROM ledger_owners WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM ledger_owners WHERE id = ?');
    const { lastInsertRowid } = db
      .prepare('INSERT INTO ledger_owners (host, pid, process_started_at_unix_ms) VALUES (?, ?, ?)')
      .run(HOST, process.pid, STARTED_AT_UNIX_MS);
    this.ownId = BigInt(lastInsertRowid);
  }

  /** Strikes out this host's processes that are gone. Runs inside a transaction. */
  removeDead(): void {
    for (const row of this.#ofHost.all(HOST)) {
      const owner = row as { id: number; pid: number; startedAtUnixMs: number };
      if (!isAlive(owner)) this.#remove.run(owner.id);
    }
  }

  /** Whether an owner has not been struck out, as far as this host can know. */
  isListed(ownerId: bigint): boolean {
    return this.#byId.get(ownerId) !== undefined;
  }

  /** Strikes out this process. Runs inside a transaction. */
  leave(): void {
    this.#remove.run(this.ownId);
  }
}

function isAlive(owner: { readonly pid: number; readonly startedAtUnixMs: number }): boolean {
  // In a container the process id is the same after every restart; only the start tells the two apart.
  if (owner.pid === process.pid) return owner.startedAtUnixMs === STARTED_AT_UNIX_MS;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
