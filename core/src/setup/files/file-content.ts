import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { SetupError } from '../setup-error.ts';

/** A file as it is, bytes and all; `bytes` is undefined where there is none. */
export interface FileContent {
  /** Where the bytes are: behind a symbolic link, if there is one. */
  readonly target: string;
  readonly bytes: Buffer | undefined;
  /** Permission bits, of a file that is there. */
  readonly mode: number | undefined;
}

const BOM = '\uFEFF';

export async function readContent(filePath: string): Promise<FileContent> {
  const target = await targetOf(filePath);
  try {
    const [bytes, { mode }] = await Promise.all([readFile(target), stat(target)]);
    return { target, bytes, mode: mode & 0o7777 };
  } catch (cause) {
    if (isMissing(cause)) return { target, bytes: undefined, mode: undefined };
    throw new SetupError(`${filePath} cannot be read`, { cause });
  }
}

/** The text without the byte order mark that some editors write. @throws SetupError if it is not UTF-8 */
export function toText(filePath: string, bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SetupError(`${filePath} is not UTF-8`, { cause });
  }
}

/** The bytes of a changed text, with the mark again if there was one before. */
export function toBytes(text: string, before: Buffer | undefined): Buffer {
  const hadMark = before?.subarray(0, 3).equals(Buffer.from(BOM)) ?? false;
  return Buffer.from((hadMark ? BOM : '') + text);
}

/** A rename would replace it all the same. @throws SetupError */
export function refuseReadOnly(filePath: string, { mode }: FileContent): void {
  if (mode === undefined || (mode & 0o222) !== 0) return;
  throw new SetupError(`${filePath} is read-only: make it writable, then run this again`);
}

/** Replaces or makes the file in one step: a reader sees the old bytes or the new ones. */
export async function writeContent(target: string, bytes: Buffer, mode: number | undefined): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    const file = await open(temporary, 'wx', mode ?? 0o644);
    try {
      // What `open` sets is cut by the umask.
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new SetupError(`${target} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** A link stays a link, even one whose file is not there yet. */
async function targetOf(filePath: string): Promise<string> {
  try {
    return await realpath(filePath);
  } catch (cause) {
    if (!isMissing(cause)) throw new SetupError(`${filePath} cannot be read`, { cause });
    const isLink = await lstat(filePath).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    return isLink ? path.resolve(path.dirname(filePath), await readlink(filePath)) : filePath;
  }
}
