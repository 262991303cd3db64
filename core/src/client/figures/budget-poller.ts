import { backoffDelayMs } from '../connection/backoff.ts';
import type { TimedFigures } from './budget-figures.ts';
import { describeCallFailure } from '../connection/call-failure.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { DaemonConnection } from '../connection/daemon-connection.ts';
import { type ReadFigures, readFigures } from './read-figures.ts';
import { ReturnWatch } from '../connection/return-watch.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import { timeLimit } from '../time-limit.ts';

export interface BudgetPollerOptions {
  readonly connection: DaemonConnection;
  readonly scheduler: Scheduler;
  /** From one answer to the next question; also the first back-off. */
  readonly intervalMs?: number;
  /** The same while changes are pushed; never shorter than `intervalMs`. */
  readonly livePollIntervalMs?: number;
  /** For one whole attempt. */
  readonly timeoutMs?: number;
  /** How often `/healthz` is asked while a daemon on this machine is away. */
  readonly probeIntervalMs?: number;
  readonly maxBackoffMs?: number;
  /** In [0, 1); spreads the back-off. */
  readonly random?: () => number;
}

/** `poll`: nothing else tells of changes; `push`: something does; `paused`: nobody looks. */
export type PollRhythm = 'poll' | 'push' | 'paused';

export interface PollerState {
  readonly connection: ConnectionState;
  /** The last answer there was; kept while the daemon is away. */
  readonly lastKnown?: TimedFigures;
}

/** Two clocks never agree to the millisecond on when a day ends. */
const DAY_END_SLACK_MS = 250;

const DEFAULTS = {
  intervalMs: 5_000,
  livePollIntervalMs: 60_000,
  timeoutMs: 5_000,
  probeIntervalMs: 1_500,
  maxBackoffMs: 60_000,
  random: Math.random,
};

/**
 * Keeps today's figures up to date.
 *
 * One attempt is in flight at a time and one that took too long is aborted, so an old answer cannot overwrite
 * a newer one. While attempts fail they back off up to `maxBackoffMs`; the end of an outage is noticed by a
 * `ReturnWatch` and asked about at once. An address on another machine has the back-off alone. When a day ends, the
 * next one's figures are asked for, whatever the rhythm.
 */
export class BudgetPoller {
  readonly #options: typeof DEFAULTS & BudgetPollerOptions;
  readonly #listeners = new Set<(state: PollerState) => void>();
  readonly #stopping = new AbortController();
  readonly #returnWatch: ReturnWatch;
  #state: PollerState = { connection: { state: 'connecting' } };
  #lastRead: ReadFigures | undefined;
  #failures = 0;
  #rhythm: PollRhythm = 'poll';
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #cancelScheduled: Cancel = () => {};

  constructor(options: BudgetPollerOptions) {
    this.#options = { ...DEFAULTS, ...options };
    const { connection, scheduler, probeIntervalMs } = this.#options;
    const onReturn = () => void this.refresh();
    this.#returnWatch = new ReturnWatch({ connection, scheduler, probeIntervalMs, onReturn });
  }

  get state(): PollerState {
    return this.#state;
  }

  get rhythm(): PollRhythm {
    return this.#rhythm;
  }

  /** Counts from the next question on; one that is due sooner in the new rhythm is put forward. */
  setRhythm(rhythm: PollRhythm): void {
    if (this.#rhythm === rhythm || this.#stopping.signal.aborted) return;
    this.#rhythm = rhythm;
    if (rhythm === 'paused') this.#returnWatch.disarm();
    if (this.#running === undefined && (rhythm === 'paused' || this.#failures === 0)) this.#schedule();
  }

  /** Called after every attempt, with the state it led to. */
  onState(listener: (state: PollerState) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks now. Resolves after an attempt that began no earlier than this call; never rejects. */
  refresh(): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.refresh();
    });
    return this.#next;
  }

  /** Aborts what is in flight; after the promise nothing runs and no listener is called. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelScheduled();
    this.#listeners.clear();
    await Promise.all([this.#running, this.#returnWatch.stop()]);
  }

  #begin(): Promise<void> {
    this.#cancelScheduled();
    this.#running = this.#attempt().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #attempt(): Promise<void> {
    const { connection, scheduler, timeoutMs } = this.#options;
    const api = await connection.api();
    const limit = timeLimit(scheduler, timeoutMs, this.#stopping.signal);
    const options = { signal: limit.signal, nowUnixMs: scheduler.nowUnixMs(), previous: this.#lastRead };
    const outcome = await readFigures(api, options)
      .then((read) => (limit.signal.throwIfAborted(), { read }))
      .catch((error: unknown) => ({ error }))
      .finally(limit.cancel);
    if (this.#stopping.signal.aborted) return;
    if ('read' in outcome) this.#succeeded(outcome.read);
    else this.#failed(outcome.error, api.baseUrl);
  }

  #succeeded(read: ReadFigures): void {
    this.#failures = 0;
    this.#lastRead = read;
    this.#returnWatch.disarm();
    this.#schedule();
    this.#emit({ connection: { state: 'online' }, lastKnown: read });
  }

  #failed(error: unknown, baseUrl: string): void {
    const { scheduler, timeoutMs } = this.#options;
    const before = this.#state.connection;
    this.#failures += 1;
    if (this.#rhythm !== 'paused') this.#returnWatch.arm();
    this.#schedule();
    const { reason } = describeCallFailure(error, baseUrl, timeoutMs);
    const sinceUnixMs = before.state === 'offline' ? before.sinceUnixMs : scheduler.nowUnixMs();
    this.#emit({ ...this.#state, connection: { state: 'offline', reason, sinceUnixMs } });
  }

  #schedule(): void {
    this.#cancelScheduled();
    const delayMs = Math.min(this.#delayMs(), this.#untilNextDayMs());
    this.#cancelScheduled =
      delayMs === Infinity ? () => {} : this.#options.scheduler.after(delayMs, () => void this.refresh());
  }

  #delayMs(): number {
    const { intervalMs, livePollIntervalMs, maxBackoffMs, random } = this.#options;
    if (this.#rhythm === 'paused') return Infinity;
    if (this.#failures > 0) {
      return backoffDelayMs(this.#failures, { initialMs: intervalMs, maxMs: maxBackoffMs }, random());
    }
    return this.#rhythm === 'push' ? Math.max(intervalMs, livePollIntervalMs) : intervalMs;
  }

  /** Infinite if the day's end is not known, or already past by this machine's clock. */
  #untilNextDayMs(): number {
    const endUnixMs = this.#lastRead?.figures.resetsAtUnixMs;
    const untilMs = endUnixMs === undefined ? 0 : endUnixMs - this.#options.scheduler.nowUnixMs();
    return untilMs > 0 ? untilMs + DAY_END_SLACK_MS : Infinity;
  }

  #emit(state: PollerState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
