import type { Annotation } from './annotations/annotation.ts';
import type { BudgetFigures } from './figures/budget-figures.ts';
import { BudgetPoller, type PollerState } from './figures/budget-poller.ts';
import { describeCallFailure } from './connection/call-failure.ts';
import { DaemonConnection, type ResolveBaseUrl } from './connection/daemon-connection.ts';
import { FocusPause } from './connection/focus-pause.ts';
import { AnnotationOutbox, type RefusedAnnotation, type SubmitResult } from './annotations/outbox.ts';
import type { OutboxStore } from './annotations/outbox-store.ts';
import { PushStream } from './connection/push-stream.ts';
import { listRecentTraces, newestOwnTrace, type RecentTrace } from './traces/recent-traces.ts';
import { RefreshThrottle } from './figures/refresh-throttle.ts';
import { type Cancel, type Scheduler, systemScheduler } from './scheduler.ts';
import { isOutlived } from './status/spend-text.ts';
import { type SpendingPace, SpendingWatch } from './status/spending-pace.ts';
import type { FiguresSource, StatusSettings } from './status/status-input.ts';
import { isSameSight, type StatusModel, statusModel } from './status/status-model.ts';
import { ThresholdTeller } from './status/threshold-teller.ts';
import {
  DEFAULT_NOTIFY_AT_PERCENTS,
  type ThresholdNotice,
  type ToldThresholds,
} from './status/thresholds.ts';
import { timeLimit } from './time-limit.ts';
import { WakeWatch } from './wake-watch.ts';

export interface EditorSessionOptions {
  readonly resolveBaseUrl: ResolveBaseUrl;
  readonly outboxStore: OutboxStore;
  readonly settings: StatusSettings;
  /** From one answer to the next question while changes are not pushed. */
  readonly pollIntervalMs: number;
  /** The same while they are. */
  readonly livePollIntervalMs?: number;
  /** How long a window is left before polling and push pause; see `setFocused`. */
  readonly pauseAfterMs?: number;
  /** Tells the developer that a share of the budget is used, once a day and share; absent: this host tells nothing. */
  readonly thresholds?: {
    readonly told: ToldThresholds;
    readonly onReached: (notice: ThresholdNotice) => void;
  };
  /** Told of kept annotations that went out later, and of those that never will. */
  readonly onCaughtUp: (report: CatchUp) => void;
  /** Told when kept annotations cannot be read or written, once until they can again; polling goes on. */
  readonly onOutboxError: (error: unknown) => void;
  readonly scheduler?: Scheduler;
}

export interface CatchUp {
  readonly sentCount: number;
  readonly refused: readonly RefusedAnnotation[];
}

/** What is known of the newest traces, and why it may be out of date. */
export interface RecentTraces {
  /** Newest first. */
  readonly traces: readonly RecentTrace[];
  /** Absent if the daemon answered just now. */
  readonly staleReason?: string;
}

const REMEMBERED_TRACES = 20;
const CALL_TIMEOUT_MS = 5_000;
const PAUSE_AFTER_MS = 10 * 60_000;

/** Everything one editor window does with Candela; the editor only draws it. */
export class EditorSession {
  readonly #options: EditorSessionOptions;
  readonly #scheduler: Scheduler;
  readonly #connection: DaemonConnection;
  readonly #poller: BudgetPoller;
  readonly #outbox: AnnotationOutbox;
  readonly #push: PushStream;
  readonly #pushed: RefreshThrottle;
  readonly #focus: FocusPause;
  readonly #time: WakeWatch;
  readonly #spending = new SpendingWatch();
  readonly #teller: ThresholdTeller | undefined;
  readonly #listeners = new Set<(model: StatusModel) => void>();
  readonly #answerListeners = new Set<() => void>();
  readonly #stopping = new AbortController();
  #traces: readonly RecentTrace[] = [];
  #tracesSeenFor = '';
  #annotationsWaiting = 0;
  #outboxTrouble: string | undefined;
  #status: StatusModel;
  #background: Promise<unknown> = Promise.resolve();
  #isCatchUpQueued = false;
  #onlineAt: string | undefined;
  #hasNewCalls = false;

  constructor(options: EditorSessionOptions) {
    const scheduler = options.scheduler ?? systemScheduler;
    const connection = new DaemonConnection(options.resolveBaseUrl);
    this.#options = options;
    this.#scheduler = scheduler;
    this.#connection = connection;
    const { pollIntervalMs: intervalMs, livePollIntervalMs, thresholds, settings } = options;
    this.#poller = new BudgetPoller({
      ...{ connection, scheduler, intervalMs },
      ...(livePollIntervalMs !== undefined && { livePollIntervalMs }),
    });
    this.#pushed = new RefreshThrottle(scheduler, () => this.#poller.refresh());
    this.#push = new PushStream({
      ...{ connection, scheduler },
      onChange: () => this.#pushed.request(),
      onLive: () => this.#onLive(),
    });
    this.#focus = new FocusPause({
      scheduler,
      pauseAfterMs: options.pauseAfterMs ?? PAUSE_AFTER_MS,
      onPause: () => this.#pause(),
      onResume: () => void this.#resume(),
    });
    this.#time = new WakeWatch({
      scheduler,
      onTick: () => this.#updateStatus(),
      onWake: () => this.#onWake(),
    });
    this.#teller =
      thresholds &&
      new ThresholdTeller({
        ...{ ...thresholds, scheduler },
        percents: settings.notifyAtPercents ?? DEFAULT_NOTIFY_AT_PERCENTS,
        isFocused: () => this.#focus.isFocused,
      });
    this.#outbox = new AnnotationOutbox({ connection, scheduler, store: options.outboxStore });
    this.#status = this.#computeStatus();
    this.#poller.onState((state) => this.#onPolled(state));
  }

  /** What to draw now. */
  get status(): StatusModel {
    return this.#status;
  }

  /** Today's figures, unless they are not known now. */
  get figures(): BudgetFigures | undefined {
    const { connection, lastKnown } = this.#poller.state;
    if (connection.state !== 'online' || lastKnown === undefined) return undefined;
    return isOutlived(lastKnown, this.#scheduler.nowUnixMs()) ? undefined : lastKnown.figures;
  }

  /** How fast money is being spent; undefined while too little is known to say. */
  get pace(): SpendingPace | undefined {
    return this.figures === undefined ? undefined : this.#spending.pace(this.figures, this.#traces);
  }

  /** Called whenever what to draw has changed. */
  onStatus(listener: (model: StatusModel) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Called each time the daemon has answered, even if the figures are the same: a call that failed costs nothing.
   */
  onAnswer(listener: () => void): Cancel {
    this.#answerListeners.add(listener);
    return () => this.#answerListeners.delete(listener);
  }

  /**
   * Whether the developer looks at this window; a host that never says so counts as looked at. One that was left for
   * `pauseAfterMs` neither polls nor listens, and its status says so; it is up to date again as soon as it is focused.
   */
  setFocused(isFocused: boolean): void {
    this.#focus.setFocused(isFocused);
  }

  /** Resolves after the first attempt; polling and push go on until `stop`. */
  async start(): Promise<void> {
    this.#annotationsWaiting = await this.#countWaiting();
    if (this.#stopping.signal.aborted) return;
    this.#time.start();
    if (!this.#focus.isPaused) this.#push.start();
    await this.#poller.refresh();
  }

  /** Asks the daemon now; afterwards the newest traces are known too, and what was kept has been sent. */
  async refresh(): Promise<StatusModel> {
    await this.#poller.refresh();
    await this.#background;
    return this.#status;
  }

  /** Keeps and sends an annotation; see `AnnotationOutbox`, also for what an `id` of one's own is good for. */
  async annotate(annotation: Annotation, id?: string): Promise<SubmitResult> {
    const { others, ...result } = await this.#outbox.submit(annotation, id);
    await this.#reportCatchUp(others.sent.length, others.refused);
    return result;
  }

  /** The newest traces; those seen last when the daemon does not answer. */
  async recentTraces(): Promise<RecentTraces> {
    const api = await this.#connection.api();
    const limit = timeLimit(this.#scheduler, CALL_TIMEOUT_MS, this.#stopping.signal);
    try {
      this.#traces = await listRecentTraces(api, REMEMBERED_TRACES, limit.signal);
      return { traces: this.#traces };
    } catch (error) {
      const { reason } = describeCallFailure(error, api.baseUrl, CALL_TIMEOUT_MS);
      return { traces: this.#traces, staleReason: reason };
    } finally {
      limit.cancel();
    }
  }

  /** The newest trace of the developer's own, as far as it is known who that is; see `recentTraces`. */
  async lastTrace(): Promise<{ readonly trace?: RecentTrace; readonly staleReason?: string }> {
    const { traces, ...why } = await this.recentTraces();
    const trace = newestOwnTrace(traces, this.#poller.state.lastKnown?.figures.userId);
    return { ...why, ...(trace && { trace }) };
  }

  /** Ends everything that runs; kept annotations stay kept. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#listeners.clear();
    this.#answerListeners.clear();
    this.#focus.stop();
    this.#time.stop();
    this.#pushed.cancel();
    const parts = [this.#push.stop(), this.#poller.stop(), this.#outbox.stop(), this.#teller?.stop()];
    await Promise.all([...parts, this.#background]);
  }

  /** A stream that has ended is often the first sign of a daemon that has. */
  #onLive(): void {
    this.#setRhythm();
    if (!this.#push.isLive && !this.#focus.isPaused) this.#pushed.request();
    this.#updateStatus();
  }

  #pause(): void {
    void this.#push.stop();
    this.#pushed.cancel();
    this.#setRhythm();
    this.#updateStatus();
  }

  async #resume(): Promise<void> {
    this.#setRhythm();
    this.#push.start();
    await this.#poller.refresh();
  }

  /** What was known may be of yesterday, and the other end of a line may be long gone. */
  #onWake(): void {
    this.#updateStatus();
    if (this.#focus.isPaused) return;
    this.#push.reconnect();
    void this.#poller.refresh();
  }

  #setRhythm(): void {
    this.#poller.setRhythm(this.#via());
  }

  #via(): FiguresSource['via'] {
    if (this.#focus.isPaused) return 'paused';
    return this.#push.isLive ? 'push' : 'poll';
  }

  #onPolled(state: PollerState): void {
    const isOnline = state.connection.state === 'online' && state.lastKnown !== undefined;
    if (isOnline) this.#spending.add(state.lastKnown);
    this.#updateStatus();
    if (!isOnline) {
      this.#onlineAt = undefined;
      return;
    }
    for (const listener of this.#answerListeners) listener();
    this.#hearAt(this.#connection.lastBaseUrl);
    this.#teller?.look(state.lastKnown.figures);
    const { spentUsd, tokens, usage } = state.lastKnown.figures;
    const seenFor = [spentUsd, tokens, usage?.calls].join(' ');
    const isNew = seenFor !== this.#tracesSeenFor;
    this.#tracesSeenFor = seenFor;
    this.#hasNewCalls ||= isNew;
    if (this.#isCatchUpQueued) return;
    this.#isCatchUpQueued = true;
    this.#background = this.#background
      .then(() => this.#catchUp())
      .catch((error: unknown) => this.#tellOutboxTrouble(error));
  }

  /** A daemon that has just come, or come back, may be one that pushes. */
  #hearAt(baseUrl: string | undefined): void {
    if (baseUrl === this.#onlineAt) return;
    this.#onlineAt = baseUrl;
    if (baseUrl !== undefined) this.#push.tryNow(baseUrl);
  }

  /** Remembers the newest traces, so that they can be annotated offline too, and sends what was kept. */
  async #catchUp(): Promise<void> {
    this.#isCatchUpQueued = false;
    const hasNewCalls = this.#hasNewCalls;
    this.#hasNewCalls = false;
    if (hasNewCalls) {
      await this.recentTraces();
      this.#updateStatus();
    }
    if ((await this.#outbox.waiting()) > 0) {
      const report = await this.#outbox.flush();
      await this.#reportCatchUp(report.sent.length, report.refused);
    }
    this.#outboxTrouble = undefined;
  }

  /** As many as before where they cannot be counted. */
  async #countWaiting(): Promise<number> {
    try {
      return await this.#outbox.waiting();
    } catch (error) {
      this.#tellOutboxTrouble(error);
      return this.#annotationsWaiting;
    }
  }

  /** Each poll meets it again. */
  #tellOutboxTrouble(error: unknown): void {
    const trouble = String(error);
    if (trouble === this.#outboxTrouble) return;
    this.#outboxTrouble = trouble;
    this.#options.onOutboxError(error);
  }

  async #reportCatchUp(sentCount: number, refused: readonly RefusedAnnotation[]): Promise<void> {
    this.#annotationsWaiting = await this.#countWaiting();
    this.#updateStatus();
    if (sentCount + refused.length > 0) this.#options.onCaughtUp({ sentCount, refused });
  }

  #computeStatus(): StatusModel {
    const { lastBaseUrl: url } = this.#connection;
    const { connection, lastKnown } = this.#poller.state;
    return statusModel({
      connection,
      ...(lastKnown && { lastKnown, pace: this.#spending.pace(lastKnown.figures, this.#traces) }),
      ...(url !== undefined && { source: { url, via: this.#via() } }),
      settings: this.#options.settings,
      nowUnixMs: this.#scheduler.nowUnixMs(),
      annotationsWaiting: this.#annotationsWaiting,
    });
  }

  #updateStatus(): void {
    const before = this.#status;
    this.#status = this.#computeStatus();
    if (isSameSight(before, this.#status)) return;
    for (const listener of this.#listeners) listener(this.#status);
  }
}
