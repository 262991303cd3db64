import type { StorageOpenFailure } from '../storage-open-error.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const FAILURE_BY_CODE: Readonly<Record<number, Exclude<StorageOpenFailure, 'newer'>>> = {
  3: 'unwritable', // SQLITE_PERM
  5: 'locked', // SQLITE_BUSY
  6: 'locked', // SQLITE_LOCKED
  8: 'unwritable', // SQLITE_READONLY
  11: 'damaged', // SQLITE_CORRUPT
  13: 'unwritable', // SQLITE_FULL
  14: 'unwritable', // SQLITE_CANTOPEN
  26: 'damaged', // SQLITE_NOTADB
};

/** Which failure to open an error of `node:sqlite` is; its `errcode` may be extended, the low byte is the primary one. */
export function openFailureOf(error: unknown): Exclude<StorageOpenFailure, 'newer'> {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return 'failed';
  return FAILURE_BY_CODE[error.errcode & 0xff] ?? 'failed';
}
