import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Discovery } from '../client/node/discovery-file.ts';

const NAME = 'daemon.json';

/** Leaves the note, readable by its owner only; it appears whole or not at all. */
export function writeDiscovery(home: string, discovery: Discovery): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const path = join(home, NAME);
  const unfinished = `${path}.${discovery.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(discovery, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}

/** Takes the note away again, unless another daemon has put its own in its place. */
export function removeDiscovery(home: string, pid: number): void {
  const path = join(home, NAME);
  let note: Partial<Discovery>;
  try {
    note = JSON.parse(readFileSync(path, 'utf8')) as Partial<Discovery>;
  } catch {
    return;
  }
  if (note.pid === pid) rmSync(path, { force: true });
}
