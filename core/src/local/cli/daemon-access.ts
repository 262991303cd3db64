import { randomUUID } from 'node:crypto';
import { createCandelaApi, type CandelaApi } from '../../client/connection/candela-api.ts';
import { describeCallFailure } from '../../client/connection/call-failure.ts';
import { isHealthy } from '../../client/connection/health-probe.ts';
import { candelaHome } from '../../client/node/candela-home.ts';
import { readDiscoveryFile, type Discovery } from '../../client/node/discovery-file.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { hasLeft } from './process-start.ts';

/** The daemon of this machine, as far as it can be seen from outside. */
export interface FoundDaemon {
  readonly url: string;
  /** Absent where it answers at the usual address and has left no note of itself. */
  readonly discovery?: Discovery;
}

const HEALTH_TIMEOUT_MS = 2_000;
const CALL_TIMEOUT_MS = 15_000;

/** The daemon that answers: the one whose note is below `CANDELA_HOME`, else whichever is at the usual address. */
export async function findDaemon({ env }: Pick<Cli, 'env'>): Promise<FoundDaemon | undefined> {
  const discovery = await readDiscoveryFile(candelaHome(env));
  const url = discovery?.url ?? usualUrl(env);
  if (!(await isHealthy(url, AbortSignal.timeout(HEALTH_TIMEOUT_MS)))) return undefined;
  return { url, ...(discovery && { discovery }) };
}

/**
 * The note of a daemon that is there and does not answer: stopped, stuck, or overloaded. Undefined where its process is
 * another one's by now, as far as the system tells.
 */
export async function silentDaemon({ env }: Pick<Cli, 'env'>): Promise<Discovery | undefined> {
  const discovery = await readDiscoveryFile(candelaHome(env));
  return discovery !== undefined && (await hasLeft(discovery)) !== 'another process' ? discovery : undefined;
}

/** Where a daemon is that has left no note. */
export function usualUrl(env: Cli['env']): string {
  return `http://127.0.0.1:${env['CANDELA_PORT'] || '8181'}`;
}

/** What to say of a daemon that does not answer. */
export function silence({ url, pid }: Discovery): string {
  return `the Candela at ${url} (process ${pid}) does not answer: end it with \`candela stop\`, then start it again`;
}

/** @throws CliError where none answers. */
export async function runningDaemon(cli: Pick<Cli, 'env'>): Promise<FoundDaemon> {
  const daemon = await findDaemon(cli);
  if (daemon === undefined) {
    const silent = await silentDaemon(cli);
    if (silent !== undefined) throw new CliError(silence(silent));
    throw new CliError('no Candela runs on this machine: start it with `candela start`');
  }
  return daemon;
}

export interface ApiCall {
  readonly api: CandelaApi;
  readonly signal: AbortSignal;
  /** A new one each time it is asked for. */
  readonly idempotencyKey: () => string;
}

/** Asks the running daemon. @throws CliError where there is none, or it gives no answer. */
export async function askDaemon<T>(cli: Pick<Cli, 'env'>, ask: (call: ApiCall) => Promise<T>): Promise<T> {
  const { url } = await runningDaemon(cli);
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  try {
    return await ask({ api: createCandelaApi(url), signal, idempotencyKey: randomUUID });
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError(describeCallFailure(cause, url, CALL_TIMEOUT_MS).reason, { cause });
  }
}
