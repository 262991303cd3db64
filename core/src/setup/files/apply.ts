import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import type { PlannedFile } from '../planned-file.ts';
import { SetupError } from '../setup-error.ts';
import {
  type FileContent,
  hashOf,
  readContent,
  refuseReadOnly,
  toBytes,
  toText,
  writeContent,
} from './file-content.ts';
import type { RecordedFile, SetupRecord } from './setup-record.ts';

/** What became, or would become, of one file. */
export interface FileReport {
  readonly path: string;
  /** What it is to people, or what is wrong with it. */
  readonly what: string;
  readonly outcome:
    | 'created'
    | 'changed'
    | 'unchanged'
    | 'restored'
    | 'removed'
    | 'our parts removed'
    | 'left as it is'
    | 'gone already';
  /** Unified, for a dry run. */
  readonly diff?: string;
  /** Where the copy is of what was there before. */
  readonly backup?: string;
}

interface Change {
  readonly file: PlannedFile;
  readonly content: FileContent;
  /** Undefined where nothing changes. */
  readonly next: Buffer | undefined;
}

/** Everything is computed, and every error found, before the first byte is written. @throws SetupError */
export async function planChanges(files: readonly PlannedFile[]): Promise<readonly Change[]> {
  try {
    return await Promise.all(files.map(planChange));
  } catch (cause) {
    if (!(cause instanceof SetupError)) throw cause;
    throw new SetupError(`${cause.message}; nothing was changed`, { cause });
  }
}

async function planChange(file: PlannedFile): Promise<Change> {
  const content = await readContent(file.path);
  const text = toText(file.path, content.bytes);
  const added = file.add(text);
  if (added === text) return { file, content, next: undefined };
  refuseReadOnly(file.path, content);
  return { file, content, next: toBytes(added, content.bytes) };
}

export function dryRun(changes: readonly Change[]): readonly FileReport[] {
  return changes.map(({ file, content: { bytes }, next }) => {
    const { path, what } = file;
    if (next === undefined) return { path, what, outcome: 'unchanged' };
    const before = toText(path, bytes);
    const diff = createTwoFilesPatch(path, path, before ?? '', file.add(before), undefined, undefined, {
      context: 3,
    });
    return { path, what, outcome: bytes === undefined ? 'created' : 'changed', diff };
  });
}

/** @throws SetupError; the record tells then what was changed up to there, so that it can be undone. */
export async function applyChanges(
  changes: readonly Change[],
  record: SetupRecord,
): Promise<readonly FileReport[]> {
  const recorded = new Map((await record.read()).map((one) => [one.path, one]));
  const reports: FileReport[] = [];
  for (const { file, content, next } of changes) {
    const { path, what } = file;
    if (next === undefined) {
      reports.push({ path, what, outcome: 'unchanged' });
      continue;
    }
    const entry = await remember(record, recorded.get(path), { path, content, next });
    recorded.set(path, entry);
    await record.write([...recorded.values()]);
    await refuseIfChanged(path, content);
    await writeContent(content.target, next, content.mode);
    const backup = entry.backup === null ? {} : { backup: record.backupPath(entry.backup) };
    reports.push({ path, what, outcome: content.bytes === undefined ? 'created' : 'changed', ...backup });
  }
  return reports;
}

async function remember(
  record: SetupRecord,
  earlier: RecordedFile | undefined,
  { path, content: { bytes, target }, next }: { path: string; content: FileContent; next: Buffer },
): Promise<RecordedFile> {
  const written = hashOf(next);
  if (earlier === undefined) {
    return {
      path,
      backup: bytes === undefined ? null : await record.keep(path, bytes),
      written,
      wasEdited: false,
      madeFolder: !existsSync(dirname(target)),
    };
  }
  const now = bytes && hashOf(bytes);
  const before = earlier.backup === null ? undefined : hashOf(await record.kept(earlier.backup));
  const wasEdited = now !== before && (earlier.wasEdited || now !== earlier.written);
  return { ...earlier, written, wasEdited };
}

/** An editor that runs may write its settings at any moment. */
async function refuseIfChanged(path: string, { bytes }: FileContent): Promise<void> {
  const { bytes: now } = await readContent(path);
  const isSame = bytes === undefined || now === undefined ? bytes === now : bytes.equals(now);
  if (!isSame) throw new SetupError(`${path} was changed by another program just now; run this again`);
}
