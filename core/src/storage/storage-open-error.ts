export type StorageOpenFailure = 'unwritable' | 'locked' | 'damaged' | 'newer' | 'failed';

/** A database could not be opened; the message says what the reader can do about it, `cause` what the engine said. */
export class StorageOpenError extends Error {
  override readonly name = 'StorageOpenError';
  readonly path: string;
  readonly failure: StorageOpenFailure;

  constructor(path: string, failure: StorageOpenFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.path = path;
    this.failure = failure;
  }
}

/** The error with the advice that fits the failure; engines only have to say which failure it was. */
export function storageOpenError(
  path: string,
  failure: Exclude<StorageOpenFailure, 'newer'>,
  cause: unknown,
): StorageOpenError {
  return new StorageOpenError(path, failure, ADVICE[failure](path), { cause });
}

const ADVICE: Record<Exclude<StorageOpenFailure, 'newer'>, (path: string) => string> = {
  unwritable: (path) =>
    `cannot create or write the database ${path}: give this user write access to the file and its folder, or configure another path`,
  locked: (path) =>
    `the database ${path} is in use by another process: stop the other Candela (or whatever holds the file), or configure another path`,
  damaged: (path) =>
    `${path} is not a database Candela can read, or it is damaged: move the file away to start afresh, or restore a backup of it`,
  failed: (path) => `cannot open the database ${path}: the cause below says why`,
};
