import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workbench } from './workbench.ts';

/** Where failed tests leave what they saw; not in git. */
export const ARTIFACTS_FOLDER = join(import.meta.dirname, '../artifacts');

/** Saves a picture of the window and the logs under `test/artifacts/<name>.{png,log}`. */
export async function keepEvidence(workbench: Workbench, name: string): Promise<void> {
  const path = join(ARTIFACTS_FOLDER, name.replaceAll(/[^\w-]+/g, '-'));
  await mkdir(ARTIFACTS_FOLDER, { recursive: true });
  await writeFile(`${path}.log`, workbench.log());
  await workbench.page.screenshot({ path: `${path}.png`, timeout: 10_000 });
}
