import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isLoopbackUrl } from '../connection/health-probe.ts';
import { isProcessAlive } from './process-liveness.ts';

/** What an editor needs to find the daemon of this machine. */
export interface Discovery {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** The second port, where it is not switched off. */
  readonly lmStudioUrl?: string;
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/**
 * What the running daemon says of itself in `<home>/daemon.json`. Undefined if there is no file, if it is not
 * one of ours, if its process is gone, or if it points away from this machine: a daemon binds to loopback only.
 */
export async function readDiscoveryFile(home: string): Promise<Discovery | undefined> {
  const content = await readFile(path.join(home, 'daemon.json'), 'utf8').catch(() => undefined);
  const discovery = content === undefined ? undefined : parseDiscovery(content);
  return discovery !== undefined && isProcessAlive(discovery.pid) ? discovery : undefined;
}

function parseDiscovery(content: string): Discovery | undefined {
  try {
    return toDiscovery(JSON.parse(content));
  } catch {
    // Whatever is in there, it does not lead to a daemon.
    return undefined;
  }
}

function toDiscovery(value: unknown): Discovery | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, port, url, lmStudioUrl, version, startedAt } = value as {
    readonly [Field in keyof Discovery]?: unknown;
  };
  const isComplete =
    Number.isSafeInteger(pid) && Number(pid) > 0 && Number.isSafeInteger(port) && typeof url === 'string';
  if (!isComplete || !url.startsWith('http://') || !isLoopbackUrl(url)) return undefined;
  return {
    pid: Number(pid),
    port: Number(port),
    url,
    ...(typeof lmStudioUrl === 'string' && { lmStudioUrl }),
    version: String(version),
    startedAt: String(startedAt),
  };
}
