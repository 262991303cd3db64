import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions<T> {
  /** What is awaited, as the end of the sentence "still waiting for …". */
  readonly what: string;
  /** Default: far longer than anything takes on a loaded machine, for what comes is not waited for any longer. */
  readonly timeoutMs?: number;
  /** Answers the awaited thing, or undefined while it is not there yet. A rejection counts as "not yet". */
  readonly probe: () => Promise<T | undefined> | T | undefined;
  /** Describes the present state for the error message, e.g. the text last seen. */
  readonly state?: () => Promise<string> | string;
}

const POLL_INTERVAL_MS = 50;
/** Less than what a whole test may take, so that its message is the one that is read. */
const PATIENCE_MS = 60_000;

/**
 * Polls `probe` until it answers something, and rejects once `timeoutMs` is over, with the last rejection of the
 * probe as `cause`.
 */
export async function waitUntil<T>(options: WaitOptions<T>): Promise<T> {
  const { timeoutMs = PATIENCE_MS } = options;
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const found = await options.probe();
      if (found !== undefined) return found;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await delay(POLL_INTERVAL_MS);
  } while (performance.now() < deadline);
  const state = options.state ? `; now: ${await options.state()}` : '';
  throw new Error(`after ${timeoutMs} ms still waiting for ${options.what}${state}`, {
    cause: lastError,
  });
}
