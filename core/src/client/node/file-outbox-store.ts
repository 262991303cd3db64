import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type OutboxEntry,
  type OutboxStore,
  parseOutboxEntry,
  type TakenEntry,
} from '../annotations/outbox-store.ts';
import { isProcessAlive } from './process-liveness.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/**
 * `<made at, ms, 15 digits>-<nth of its process, 6 digits>-<id>.json`, and while taken `.taken-<pid>-<since, ms>`
 * behind it.
 */
const FILE_NAME = /^(?<name>\d{15}-\d{6}-(?<id>[\w-]+)\.json)(?:\.taken-(?<pid>\d+)-(?<takenAt>\d+))?$/;

/** What `writeFileAtomically` leaves behind when its process is killed. */
const UNFINISHED = /\.json\.[\w-]+\.tmp$/;
const UNFINISHED_MAX_AGE_MS = 3_600_000;

/**
 * A call takes seconds at most, so who holds one for longer hangs, or is another process that was given the number of
 * the one that died. Should it live after all, both send the same key, and the server keeps one.
 */
const TAKEN_MAX_AGE_MS = 60_000;

interface Listed {
  readonly fileName: string;
  readonly name: string;
  readonly id: string;
  readonly isTaken: boolean;
}

/**
 * One small file an annotation, in a folder that any number of processes may share: taking one is renaming
 * it, which succeeds for one of them only. What a process that is gone, or hangs, had taken is free again.
 */
export class FileOutboxStore implements OutboxStore {
  readonly #folder: string;
  #sequence = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(entry: OutboxEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const listed = await this.#list();
    if (listed.some(({ id }) => id === entry.id)) return;
    await this.#sweep();
    const name = `${madeAt(entry, listed.at(-1)?.name)}-${String((this.#sequence += 1)).padStart(6, '0')}-${entry.id}.json`;
    await writeFileAtomically(this.#pathOf(name), JSON.stringify(entry));
  }

  async takeOldest(): Promise<TakenEntry | undefined> {
    for (const { fileName, name, isTaken } of await this.#list()) {
      if (isTaken) return undefined;
      const takenName = `${name}.taken-${process.pid}-${Date.now()}`;
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
      // Somebody who found it held for too long may have taken it over, and does both.
      remove: () => rm(this.#pathOf(takenName), { force: true }),
      giveBack: async () => void (await this.#tryRename(takenName, name)),
    };
  }

  async #list(): Promise<readonly Listed[]> {
    const nowUnixMs = Date.now();
    return (await this.#fileNames()).flatMap((fileName) => {
      const { name, id, pid, takenAt } = FILE_NAME.exec(fileName)?.groups ?? {};
      if (name === undefined || id === undefined) return [];
      const isTaken =
        pid !== undefined &&
        Math.abs(nowUnixMs - Number(takenAt)) < TAKEN_MAX_AGE_MS &&
        isProcessAlive(Number(pid));
      return [{ fileName, name, id, isTaken }];
    });
  }

  async #sweep(): Promise<void> {
    for (const fileName of (await this.#fileNames()).filter((one) => UNFINISHED.test(one))) {
      const file = await stat(this.#pathOf(fileName)).catch(() => undefined);
      if (file !== undefined && Date.now() - file.mtimeMs > UNFINISHED_MAX_AGE_MS) {
        await rm(this.#pathOf(fileName), { force: true });
      }
    }
  }

  async #fileNames(): Promise<readonly string[]> {
    const fileNames = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new Error(`kept annotations in ${this.#folder} cannot be read`, { cause: error });
    });
    return fileNames.toSorted(byCodeUnits);
  }

  async #read(fileName: string): Promise<OutboxEntry | undefined> {
    return parseOutboxEntry(await readFile(this.#pathOf(fileName), 'utf8'));
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

/** Later than what waits already: a clock that was set back turns no order around. */
function madeAt({ createdAtUnixMs }: OutboxEntry, newestName: string | undefined): string {
  const newestUnixMs = newestName === undefined ? -1 : Number(newestName.split('-', 1)[0]);
  return String(Math.max(Math.trunc(createdAtUnixMs), newestUnixMs + 1)).padStart(15, '0');
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}
