import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageOpenError, storageOpenError } from '../storage-open-error.ts';
import { migrate } from './migrate.ts';
import type { SchemaComponent } from './migrate.ts';
import { openFailureOf } from './sqlite-error.ts';

export interface OpenOptions {
  /** A file, made with its folder if it is not there; or `:memory:`. */
  readonly path: string;
  /** The stores that share this file, each with its own migrations and its own version. */
  readonly schema: readonly SchemaComponent[];
  /**
   * What a resolved write survives: `normal` (the default) a crash of the process, `full` a power cut too,
   * for one fsync a commit. https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly synchronous?: 'normal' | 'full';
  /** How long a statement waits, blocking this thread, for another process's write to end; 5000 by default. */
  readonly busyTimeoutMs?: number;
  /**
   * Of a file that is new; one that is there keeps its own. Default: SQLite's 4096. A row that fills pages of its own is
   * written faster in larger ones, a small row that changes often in smaller ones.
   * https://www.sqlite.org/pragma.html#pragma_page_size
   */
  readonly pageBytes?: number;
}

/**
 * A checkpoint waits for the disk, and everybody for it: four times SQLite's default, for up to 16 MB of log.
 * https://www.sqlite.org/pragma.html#pragma_wal_autocheckpoint
 */
const WAL_CHECKPOINT_BYTES = 16_384_000;

/**
 * Opens a SQLite database in WAL mode with foreign keys on and brings its schema up to date. A new file is
 * readable by its owner only (0600, folder 0700); SQLite gives the `-wal` and `-shm` files the same rights.
 *
 * @throws StorageOpenError if the path cannot be written, is no database, is locked, or was written by a
 *   newer Candela.
 */
export function openDatabase(options: OpenOptions): DatabaseSync {
  const { path } = options;
  if (path !== ':memory:') createPrivateFile(path);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, {
      enableForeignKeyConstraints: true,
      timeout: options.busyTimeoutMs ?? 5000,
    });
    if (options.pageBytes !== undefined) db.exec(`PRAGMA page_size = ${options.pageBytes}`);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous ?? 'normal'}`);
    const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
    db.exec(`PRAGMA wal_autocheckpoint = ${Math.ceil(WAL_CHECKPOINT_BYTES / pageBytes)}`);
    migrate(db, path, options.schema);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof StorageOpenError) throw error;
    throw storageOpenError(path, openFailureOf(error), error);
  }
}

function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw storageOpenError(path, 'unwritable', error);
  }
}
