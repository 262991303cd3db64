import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * A file beside the database for what the database would not take: one line each, on the disk before `append`
 * returns, readable by its owner only. Every process writes one of its own, so that none needs another's leave.
 */
export class UnwrittenJournal {
  readonly #path: string;
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** All of the line, or nothing of it. @throws if the disk takes no more either. */
  append(line: string): void {
    this.#file ??= openSync(this.#path, 'a', 0o600);
    const { size } = fstatSync(this.#file);
    const bytes = Buffer.from(`${line}\n`);
    try {
      // A disk that is nearly full takes the beginning, and says so only by the count.
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
      fsyncSync(this.#file);
    } catch (cause) {
      // The next line would be the end of this one.
      ftruncateSync(this.#file, size);
      throw cause;
    }
  }

  /** For when all that stood in it is in the database. */
  clear(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(this.#path, { force: true });
  }
}

/** Where the journal of one owner of a ledger lies. */
export function journalPath(databasePath: string, ownerId: bigint): string {
  return `${databasePath}${SUFFIX}${ownerId}`;
}

/** The journals that lie beside a database, whoever wrote them, the oldest owner's first. */
export function journalsBeside(
  databasePath: string,
): readonly { readonly ownerId: bigint; readonly path: string }[] {
  const folder = dirname(databasePath);
  const prefix = basename(databasePath) + SUFFIX;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({ ownerId: BigInt(name.slice(prefix.length)), path: join(folder, name) }))
    .toSorted((a, b) => Number(a.ownerId - b.ownerId));
}

const SUFFIX = '-unwritten-';
