import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PlannedFile } from '../planned-file.ts';
import { SetupError } from '../setup-error.ts';
import type { FileReport } from './apply.ts';
import { hashOf, readContent, refuseReadOnly, toBytes, toText, writeContent } from './file-content.ts';
import type { RecordedFile, SetupRecord } from './setup-record.ts';

/** Knows how to take our parts out of a file that somebody changed since. */
export type PartsOf = (path: string) => Pick<PlannedFile, 'what' | 'remove'> | undefined;

/**
 * Takes back what setups did, file by file: the very bytes from before where what we wrote is still there, else our
 * parts alone. A file that cannot be read any more is left as it is, and can be undone later.
 */
export async function undo(record: SetupRecord, partsOf: PartsOf): Promise<readonly FileReport[]> {
  const reports: FileReport[] = [];
  let left = await record.read();
  for (const recorded of left) {
    const report = await undoFile(record, recorded, partsOf).catch((cause: unknown): FileReport => {
      if (!(cause instanceof SetupError)) throw cause;
      return { path: recorded.path, what: cause.message, outcome: 'left as it is' };
    });
    reports.push(report);
    if (report.outcome !== 'left as it is') left = left.filter((one) => one !== recorded);
    await record.write(left);
  }
  return reports;
}

async function undoFile(
  record: SetupRecord,
  { path, backup, written, wasEdited, madeFolder }: RecordedFile,
  partsOf: PartsOf,
): Promise<FileReport> {
  const parts = partsOf(path);
  const what = parts?.what ?? 'a file of an earlier setup';
  const content = await readContent(path);
  const { target, bytes, mode } = content;
  if (bytes === undefined) return { path, what, outcome: 'gone already' };
  refuseReadOnly(path, content);
  const isOurs = hashOf(bytes) === written && !wasEdited;
  if (isOurs && backup !== null) {
    await writeContent(target, await record.kept(backup), mode);
    return { path, what, outcome: 'restored' };
  }
  if (isOurs) {
    await removeFile(target, { madeFolder });
    return { path, what, outcome: 'removed' };
  }
  const text = toText(path, bytes) ?? '';
  const rest = parts === undefined ? text : parts.remove(text);
  if (rest === undefined) await removeFile(target, { madeFolder });
  else if (rest !== text) await writeContent(target, toBytes(rest, bytes), mode);
  return { path, what, outcome: rest === undefined ? 'removed' : 'our parts removed' };
}

async function removeFile(target: string, { madeFolder }: Pick<RecordedFile, 'madeFolder'>): Promise<void> {
  await rm(target);
  if (!madeFolder) return;
  await rmdir(dirname(target)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}
