import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { runningDaemon } from './daemon-access.ts';

/** A start waits for the runtime, and a large model takes minutes to get into memory. */
const PATIENCE_MS = 11 * 60_000;

export interface RuntimeJson {
  readonly backend: string;
  readonly state: string;
  readonly endpoint: string;
  readonly started_by_candela: boolean;
  readonly error?: string;
}

export interface ModelJson {
  readonly id: string;
  readonly size_bytes: number;
  readonly parameters: string;
  readonly quantization: string;
  readonly loaded: boolean;
}

export interface PullJson {
  readonly model: string;
  readonly backend: string;
  readonly state: string;
  readonly percent: number;
  readonly completed_bytes: number;
  readonly total_bytes: number;
  readonly error?: string;
}

/** The runtime endpoints of the running daemon: `docs/local-api.md`. */
export interface RuntimeApi {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
}

/** @throws CliError where no daemon runs; what its answers refuse is one, too. */
export async function runtimeApi(cli: Pick<Cli, 'env'>): Promise<RuntimeApi> {
  const { url } = await runningDaemon(cli);
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    let answer: Response;
    try {
      answer = await fetch(`${url}/_local/api/${path}`, {
        ...init,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (cause) {
      throw new CliError(`Candela at ${url} does not answer`, { cause });
    }
    const body = (await answer.json()) as T & { readonly error?: unknown };
    if (answer.ok) return body;
    throw new CliError(
      typeof body.error === 'string' ? body.error : `Candela answered HTTP ${answer.status}`,
    );
  };
  return {
    get: (path) => ask(path, { method: 'GET' }),
    post: (path, body = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}
