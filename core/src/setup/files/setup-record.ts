import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../client/node/write-file-atomically.ts';
import { SetupError } from '../setup-error.ts';
import { hashOf, isMissing, writeContent } from './file-content.ts';

/** One file as an earlier setup left it. */
export interface RecordedFile {
  readonly path: string;
  /** Name of the copy of what was there before us; null where there was no file. */
  readonly backup: string | null;
  /** SHA-256 of what we wrote. */
  readonly written: string;
  /** Somebody changed the file between two setups of ours: the copy is older than their change. */
  readonly wasEdited: boolean;
  /** There was no folder for it either. */
  readonly madeFolder: boolean;
}

const schema = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      backup: z.string().nullable(),
      written: z.string(),
      wasEdited: z.boolean(),
      madeFolder: z.boolean(),
    }),
  ),
});

/** What setups of one editor did, so that they can be taken back: below `<home>/setup/<editor>`. */
export class SetupRecord {
  readonly #folder: string;

  constructor(home: string, editor: string) {
    this.#folder = path.join(home, 'setup', editor);
  }

  /** @throws SetupError if the record cannot be read */
  async read(): Promise<readonly RecordedFile[]> {
    try {
      return schema.parse(JSON.parse(await readFile(this.#listPath, 'utf8'))).files;
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw new SetupError(
        `${this.#listPath}, which remembers what was changed, cannot be read: move it away, and restore your files from the copies beside it`,
        { cause },
      );
    }
  }

  async write(files: readonly RecordedFile[]): Promise<void> {
    if (files.length === 0) return rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.#listPath, `${JSON.stringify({ files }, undefined, 2)}\n`);
  }

  /** Keeps a copy before the file is changed for the first time; answers its name. */
  async keep(filePath: string, bytes: Buffer): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const name = `${hashOf(Buffer.from(filePath)).slice(0, 16)}-${path.basename(filePath)}`;
    await writeContent(this.backupPath(name), bytes, 0o600);
    return name;
  }

  /** @throws SetupError if the copy is gone */
  async kept(name: string): Promise<Buffer> {
    return readFile(this.backupPath(name)).catch((cause: unknown) => {
      throw new SetupError(`the copy ${this.backupPath(name)} cannot be read`, { cause });
    });
  }

  backupPath(name: string): string {
    return path.join(this.#folder, name);
  }

  get #listPath(): string {
    return path.join(this.#folder, 'changes.json');
  }
}
