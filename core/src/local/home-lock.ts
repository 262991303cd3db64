import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { readDiscoveryFile } from '../client/node/discovery-file.ts';
import { storageOpenError } from '../storage/storage-open-error.ts';
import { openFailureOf } from '../storage/sqlite/sqlite-error.ts';

/** Another daemon keeps its files in this home; the message says where it answers, and what to do. */
export class HomeTakenError extends Error {
  override readonly name = 'HomeTakenError';
}

export interface HomeLock {
  /** Lets the next daemon have the home. Twice is as good as once. */
  release(): void;
}

const NAME = 'daemon.lock';
/** A daemon that has taken its home leaves its note as soon as its stores are open. */
const NOTE_WITHIN_MS = 10_000;
const POLL_MS = 50;

/**
 * Takes a home for one daemon. Ports cannot say that there is one already: two daemons that were told different ports
 * would both get theirs. The lock is SQLite's on a file that stays empty, and so the system's, which lets go of it when
 * the process ends in whatever way: there is none to be swept. https://www.sqlite.org/lockingv3.html
 *
 * @throws HomeTakenError once the daemon that has it can be found, so that whoever lost a race to it does not look for it
 *   in vain; at the latest after ten seconds.
 * @throws StorageOpenError if the file cannot be made.
 */
export async function takeHome(home: string): Promise<HomeLock> {
  const deadline = performance.now() + NOTE_WITHIN_MS;
  for (;;) {
    const db = lock(join(home, NAME));
    if (db !== undefined) return lockOn(db);
    const note = await readDiscoveryFile(home);
    if (note !== undefined) {
      throw new HomeTakenError(
        `a Candela with its files in ${home} runs already, at ${note.url} (process ${note.pid}): use that, or end it with \`candela stop\``,
      );
    }
    if (performance.now() > deadline) {
      throw new HomeTakenError(
        `another Candela has its files in ${home}, and has not come up: end it, or set CANDELA_HOME to another folder`,
      );
    }
    await delay(POLL_MS);
  }
}

function lockOn(db: DatabaseSync): HomeLock {
  return {
    release() {
      if (db.isOpen) db.close();
    },
  };
}

/** Undefined if somebody else has it. */
function lock(path: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    makePrivateFile(path);
    db = new DatabaseSync(path, { timeout: 0 });
    // Nothing is ever written, so no journal need lie beside it.
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return db;
  } catch (cause) {
    db?.close();
    const failure = isSystemError(cause) ? 'unwritable' : openFailureOf(cause);
    if (failure === 'locked') return undefined;
    throw storageOpenError(path, failure, cause);
  }
}

/** Never opens one that is there: to close it again would let go of this process's own lock (POSIX, `fcntl`). */
function makePrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}

/** Of the file system, not of SQLite. */
function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}
