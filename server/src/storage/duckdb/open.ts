import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageOpenError, type StorageOpenError, type StorageOpenFailure } from '@candela/core/storage';
import { DuckDBInstance } from '@duckdb/node-api';

/** How DuckDB words what went wrong; it has no codes. */
const FAILURES: readonly (readonly [RegExp, Exclude<StorageOpenFailure, 'newer'>])[] = [
  [/Could not set lock|Conflicting lock/, 'locked'],
  [/not a valid DuckDB database|Corrupt|checksum/i, 'damaged'],
  [/Cannot open file|Permission denied|read-only|Is a directory/i, 'unwritable'],
];

/**
 * Opens a DuckDB file, making it (0600) and its folder (0700) if they are not there, and runs `schema`, whose
 * statements must be harmless when they have run before. One process at a time can hold a DuckDB file; within
 * this process several opens of a path share it.
 *
 * @throws StorageOpenError if the path cannot be written, is no database, or another process holds it.
 */
export async function openDuckDb(options: {
  readonly path: string;
  readonly schema: readonly string[];
}): Promise<DuckDBInstance> {
  const { path, schema } = options;
  let instance: DuckDBInstance | undefined;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw storageOpenError(path, 'unwritable', error);
  }
  try {
    // All we use is built in; a query must never make a server fetch code.
    instance = await DuckDBInstance.fromCache(path, { autoinstall_known_extensions: 'false' });
    await chmod(path, 0o600);
    const connection = await instance.connect();
    for (const statement of schema) await connection.run(statement);
    connection.closeSync();
    return instance;
  } catch (error) {
    instance?.closeSync();
    throw storageOpenErrorOf(path, error);
  }
}

function storageOpenErrorOf(path: string, error: unknown): StorageOpenError {
  const text = error instanceof Error ? error.message : String(error);
  const known = FAILURES.find(([pattern]) => pattern.test(text));
  return storageOpenError(path, known?.[1] ?? 'failed', error);
}
