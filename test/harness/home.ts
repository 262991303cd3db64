import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what a process under test keeps. */
export interface Home {
  readonly path: string;
  /** Removes it, unless it was the test's own. */
  forget(): Promise<void>;
}

/** @param given the test's own folder, which outlives the process. */
export async function homeAt(given: string | undefined): Promise<Home> {
  const path = given ?? (await mkdtemp(join(tmpdir(), 'candela-home-')));
  return {
    path,
    async forget() {
      if (given === undefined) await rm(path, { recursive: true, force: true });
    },
  };
}
