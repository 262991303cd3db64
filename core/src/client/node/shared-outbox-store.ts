import { createHash } from 'node:crypto';
import path from 'node:path';
import { FileOutboxStore } from './file-outbox-store.ts';

/**
 * The outbox of one developer below `home`, shared by all windows, editors and programs that talk to the same daemon:
 * the one of this machine, or one whose address the user chose. Annotations made for one never go to another, which
 * would not know their traces.
 */
export function sharedOutboxStore(options: {
  readonly home: string;
  /** The user's own choice, as for `daemonLocator`; `''` and undefined mean this machine's. */
  readonly configuredUrl?: string | undefined;
}): FileOutboxStore {
  const { home, configuredUrl = '' } = options;
  return new FileOutboxStore(path.join(home, 'outbox', folderOf(configuredUrl.replace(/\/+$/, ''))));
}

function folderOf(url: string): string {
  return url === '' ? 'local' : createHash('sha256').update(url).digest('hex').slice(0, 16);
}
