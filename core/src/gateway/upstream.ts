import { Pool, type Dispatcher } from 'undici';
import type { OutgoingCall } from './providers/provider.ts';

type Outgoing = Pick<OutgoingCall, 'path' | 'headers' | 'body'>;

export interface UpstreamOptions {
  /** Until a connection stands. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Until the answer's first byte; a model may think for minutes. Default 10 min, as the providers' SDKs wait. */
  readonly headersTimeoutMs?: number;
  /** Between two pieces of an answer. Default 5 min. */
  readonly bodyTimeoutMs?: number;
}

/** A provider's base address. */
interface Base {
  readonly pool: Pool;
  /** Put before every path; without a slash at its end. */
  readonly path: string;
}

/** The connections to the providers, kept alive and shared by all calls. */
export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #bases = new Map<URL, Base>();
  #isClosed = false;

  constructor(options: UpstreamOptions = {}) {
    this.#options = options;
  }

  /**
   * Sends a call to what lies behind a base address; what comes back goes to `handler` as its bytes arrive.
   *
   * @param upstream one object for each provider, kept: its connections are found by it.
   */
  send(upstream: URL, method: string, outgoing: Outgoing, handler: Dispatcher.DispatchHandler): void {
    const { pool, path } = this.#baseOf(upstream);
    pool.dispatch(
      {
        path: path + outgoing.path,
        method,
        headers: outgoing.headers,
        body: outgoing.body.length === 0 ? null : outgoing.body,
      },
      handler,
    );
  }

  /** Ends every connection, those in use too; what is sent from then on fails like a call to a dead provider. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#bases.values()].map(({ pool }) => pool.destroy()));
  }

  #baseOf(upstream: URL): Base {
    let base = this.#bases.get(upstream);
    if (base === undefined) {
      const pool = new Pool(upstream.origin, {
        connect: { timeout: this.#options.connectTimeoutMs ?? 10_000 },
        headersTimeout: this.#options.headersTimeoutMs ?? 600_000,
        bodyTimeout: this.#options.bodyTimeoutMs ?? 300_000,
      });
      base = { pool, path: upstream.pathname.replace(/\/$/, '') };
      this.#bases.set(upstream, base);
      if (this.#isClosed) void pool.destroy();
    }
    return base;
  }
}

/** Why a provider gave no answer, in words that carry no address of ours. */
export function unreachableReason(cause: Error): string {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name could not be looked up';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'ETIMEDOUT':
      return 'it did not answer in time';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
    case 'EPIPE':
      return 'the connection broke before an answer';
    default:
      return /CERT|TLS|SSL/.test(code) ? 'its certificate could not be verified' : 'no answer';
  }
}
