import { existsSync } from 'node:fs';
import { candelaHome, DEFAULT_DAEMON_URL, startDaemon } from '@candela/core/client/node';
import { isHealthy } from '@candela/core/client';
import { messages } from './messages.ts';
import type { ExtensionSettings } from './settings.ts';

const HEALTH_TIMEOUT_MS = 2_000;

/**
 * Makes sure a daemon runs, with the one in this extension if there is none. It outlives the editor: other
 * windows and tools use it too. None is started where the user set an address.
 *
 * @throws Error that says why there is none
 */
export async function startBundledDaemon(options: {
  readonly scriptPath: string;
  readonly settings: ExtensionSettings['daemon'];
  readonly resolveBaseUrl: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<string> {
  const { scriptPath, settings, resolveBaseUrl, env } = options;
  if (settings.url !== '') {
    // The user's own daemon, or a colleague's: one of ours would be another, and at another address.
    const baseUrl = await resolveBaseUrl();
    if (await isHealthy(baseUrl, AbortSignal.timeout(HEALTH_TIMEOUT_MS))) return baseUrl;
    throw new Error(messages.chosenDaemonAway(baseUrl));
  }
  if (!existsSync(scriptPath)) throw new Error(messages.noBundledDaemon());
  return startDaemon({
    execPath: settings.nodePath === '' ? process.execPath : settings.nodePath,
    scriptPath,
    args: ['run'],
    // Makes Electron, which `execPath` is in a desktop editor, behave as Node; Node itself ignores it.
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    home: candelaHome(env),
    resolveBaseUrl,
  });
}

/** Where a daemon is that has left no note of where it is: `CANDELA_PORT` on this machine, else the usual port. */
export function defaultDaemonUrl({
  CANDELA_PORT: port,
}: Readonly<Record<string, string | undefined>>): string {
  return port === undefined || port === '' ? DEFAULT_DAEMON_URL : `http://127.0.0.1:${port}`;
}
