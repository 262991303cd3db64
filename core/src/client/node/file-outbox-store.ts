import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseAnnotation } from '../annotation.ts';
import type { OutboxEntry, OutboxStore, TakenEntry } from '../outbox-store.ts';
import { isProcessAlive } from './process-liveness.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** `<made at, ms, 15 digits>-<nth of its process, 6 digits>-<id>.json`, and `.taken-<pid>` behind it while taken. */
const FILE_NAME = /^(?<name>\d{15}-\d{6}-[\w-]+\.json)(?:\.taken-(?<pid>\d+))?$/;

/**
 * One small file an annotation, in a folder that any number of processes may share: taking one is renaming
 * it, which succeeds for one of them only. What a process that is gone had taken is free again.
 */
export class FileOutboxStore implements OutboxStore {
  readonly #folder: string;
  #sequence = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(entry: OutboxEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const madeAt = String(Math.trunc(entry.createdAtUnixMs)).padStart(15, '0');
    const name = `${madeAt}-${String((this.#sequence += 1)).padStart(6, '0')}-${entry.id}.json`;
    await writeFileAtomically(this.#pathOf(name), JSON.stringify(entry));
  }

  async takeOldest(): Promise<TakenEntry | undefined> {
    for (const { fileName, name, pid } of await this.#list()) {
      if (pid !== undefined && isProcessAlive(pid)) return undefined;
      const takenName = `${name}.taken-${process.pid}`;
      if (!(await this.#tryRename(fileName, takenName))) return undefined;
      const entry = await this.#read(takenName);
      if (entry !== undefined) return this.#taken(entry, name, takenName);
      // Not an annotation: set aside for a person to look at, so that it holds up none of the others.
      await this.#tryRename(takenName, `${name}.unreadable`);
    }
    return undefined;
  }

  async count(): Promise<number> {
    return (await this.#list()).length;
  }

  #taken(entry: OutboxEntry, name: string, takenName: string): TakenEntry {
    return {
      entry,
      remove: () => rm(this.#pathOf(takenName)),
      giveBack: () => rename(this.#pathOf(takenName), this.#pathOf(name)),
    };
  }

  async #list(): Promise<readonly { fileName: string; name: string; pid: number | undefined }[]> {
    const fileNames = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new Error(`kept annotations in ${this.#folder} cannot be read`, { cause: error });
    });
    return fileNames.toSorted(byCodeUnits).flatMap((fileName) => {
      const { name, pid } = FILE_NAME.exec(fileName)?.groups ?? {};
      return name === undefined ? [] : [{ fileName, name, pid: pid === undefined ? undefined : Number(pid) }];
    });
  }

  async #read(fileName: string): Promise<OutboxEntry | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#pathOf(fileName), 'utf8'));
      if (typeof value !== 'object' || value === null) return undefined;
      const { id, annotation, createdAtUnixMs } = value as {
        readonly [Field in keyof OutboxEntry]?: unknown;
      };
      const parsed = parseAnnotation(annotation);
      if (typeof id !== 'string' || typeof createdAtUnixMs !== 'number' || parsed === undefined)
        return undefined;
      return { id, annotation: parsed, createdAtUnixMs };
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** False if another process was faster. */
  async #tryRename(from: string, to: string): Promise<boolean> {
    try {
      await rename(this.#pathOf(from), this.#pathOf(to));
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
  }

  #pathOf(fileName: string): string {
    return path.join(this.#folder, fileName);
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}
