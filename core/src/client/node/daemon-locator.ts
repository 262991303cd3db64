import type { ResolveBaseUrl } from '../connection/daemon-connection.ts';
import { readDiscoveryFile } from './discovery-file.ts';

/** Where a daemon listens unless it was told otherwise (contract section 1). */
export const DEFAULT_DAEMON_URL = 'http://127.0.0.1:8181';

/**
 * Finds the daemon anew at each call: what the user set, else what the running daemon wrote below `home`,
 * else the default address. Says where to ask, not whether anybody answers.
 */
export function daemonLocator(options: {
  readonly home: string;
  /** The user's own choice; `''` and undefined mean none. */
  readonly configuredUrl?: string | undefined;
  /** Where a daemon is that has left no note; `DEFAULT_DAEMON_URL` if left out. */
  readonly defaultUrl?: string;
}): ResolveBaseUrl {
  const { home, configuredUrl, defaultUrl = DEFAULT_DAEMON_URL } = options;
  if (configuredUrl !== undefined && configuredUrl !== '') {
    const fixedUrl = configuredUrl.replace(/\/+$/, '');
    return () => Promise.resolve(fixedUrl);
  }
  return async () => (await readDiscoveryFile(home))?.url ?? defaultUrl;
}
