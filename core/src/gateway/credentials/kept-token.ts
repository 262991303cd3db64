import { systemClock, type Clock } from '../../clock.ts';

/** From here on a new token is fetched, while the old one still serves. */
export const REFRESH_BEFORE_MS = 5 * 60_000;

/** An older token may expire on its way. */
const LEAST_VALID_MS = 30_000;

/** Between two attempts at a new token while the old one still serves. */
const RETRY_AFTER_MS = 10_000;

/** A call waits no longer than this for its token. */
const DEADLINE_MS = 15_000;

/** The answer to credentials that do not say how long their token lives. */
export const UNKNOWN_LIFETIME_MS = 10 * 60_000;

export interface TimedToken {
  readonly value: string;
  readonly expiresAtUnixMs: number;
}

/**
 * A token that is kept, and replaced five minutes before its end without any call waiting for it. However many calls
 * ask, one refresh is under way at a time, and none lasts longer than fifteen seconds.
 */
export class KeptToken {
  readonly #fetch: () => Promise<TimedToken>;
  readonly #failed: (cause: unknown) => Error;
  readonly #clock: Clock;
  #token: TimedToken | undefined;
  #refreshing: Promise<string> | undefined;
  #failedAtUnixMs = -Infinity;

  /** @param failed is told why there is no token, and makes of it what callers are told. */
  constructor(options: {
    readonly fetch: () => Promise<TimedToken>;
    readonly failed: (cause: unknown) => Error;
    readonly clock?: Clock | undefined;
  }) {
    this.#fetch = options.fetch;
    this.#failed = options.failed;
    this.#clock = options.clock ?? systemClock;
  }

  get(): Promise<string> {
    const now = this.#clock.nowUnixMs();
    const token = this.#token;
    const leftMs = token === undefined ? 0 : token.expiresAtUnixMs - now;
    if (token === undefined || leftMs <= LEAST_VALID_MS) return this.#refresh();
    if (leftMs <= REFRESH_BEFORE_MS && now - this.#failedAtUnixMs >= RETRY_AFTER_MS) {
      // Whoever made it has been told of its failure, and the old token is still good.
      this.#refresh().catch(() => undefined);
    }
    return Promise.resolve(token.value);
  }

  #refresh(): Promise<string> {
    this.#refreshing ??= this.#renew().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #renew(): Promise<string> {
    try {
      const token = await withinDeadline(this.#fetch());
      // A metadata server may answer with the token it gave before: then it is not asked again at once.
      if (token.value === this.#token?.value) this.#failedAtUnixMs = this.#clock.nowUnixMs();
      this.#token = token;
      return token.value;
    } catch (cause) {
      this.#failedAtUnixMs = this.#clock.nowUnixMs();
      throw this.#failed(cause);
    }
  }
}

async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no token within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
