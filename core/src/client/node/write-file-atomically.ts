import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file that only its owner may read (0600), so that a reader sees the old or the new content, never
 * half of it, and a crash after the promise loses nothing.
 */
export async function writeFileAtomically(filePath: string, content: string): Promise<void> {
  const temporaryPath = `${filePath}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporaryPath, filePath);
  } catch (cause) {
    await rm(temporaryPath, { force: true });
    throw new Error(`could not write ${filePath}`, { cause });
  }
}
