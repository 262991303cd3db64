import type { DaemonConnection } from './daemon-connection.ts';
import { isHealthy, isLoopbackUrl } from './health-probe.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import { timeLimit } from '../time-limit.ts';

export interface ReturnWatchOptions {
  readonly connection: DaemonConnection;
  readonly scheduler: Scheduler;
  readonly probeIntervalMs: number;
  /** Called when the daemon turned from absent, or not yet looked at, to present. */
  readonly onReturn: () => void;
}

/**
 * Notices at once that a daemon on this machine is back: asks `/healthz`, which costs next to nothing there,
 * every `probeIntervalMs` for as long as it is armed. A daemon that stays present is reported once only, so
 * one that is healthy but refuses its calls is not hammered. Daemons on other machines are not probed.
 */
export class ReturnWatch {
  readonly #options: ReturnWatchOptions;
  readonly #stopping = new AbortController();
  #isArmed = false;
  #wasPresent = false;
  #cancel: Cancel = () => {};
  #probing: Promise<void> | undefined;

  constructor(options: ReturnWatchOptions) {
    this.#options = options;
  }

  /** Goes on probing if it does already. */
  arm(): void {
    if (this.#isArmed || this.#stopping.signal.aborted) return;
    this.#isArmed = true;
    if (this.#probing === undefined) this.#schedule();
  }

  /** Stops probing and forgets what was seen: the daemon answers its calls. */
  disarm(): void {
    this.#isArmed = false;
    this.#wasPresent = false;
    this.#cancel();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.disarm();
    await this.#probing;
  }

  #schedule(): void {
    this.#cancel = this.#options.scheduler.after(this.#options.probeIntervalMs, () => {
      this.#probing = this.#probe().finally(() => {
        this.#probing = undefined;
        if (this.#isArmed) this.#schedule();
      });
    });
  }

  async #probe(): Promise<void> {
    const { connection, scheduler, probeIntervalMs, onReturn } = this.#options;
    const { baseUrl } = await connection.api();
    if (!isLoopbackUrl(baseUrl)) return;
    const limit = timeLimit(scheduler, probeIntervalMs, this.#stopping.signal);
    const isPresent = await isHealthy(baseUrl, limit.signal).finally(limit.cancel);
    if (!this.#isArmed) return;
    const hasReturned = isPresent && !this.#wasPresent;
    this.#wasPresent = isPresent;
    if (hasReturned) onReturn();
  }
}
