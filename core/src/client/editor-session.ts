import type { Annotation } from './annotation.ts';
import type { BudgetFigures } from './budget-figures.ts';
import { BudgetPoller, type PollerState } from './budget-poller.ts';
import { describeCallFailure } from './call-failure.ts';
import { DaemonConnection, type ResolveBaseUrl } from './daemon-connection.ts';
import { AnnotationOutbox, type RefusedAnnotation, type SubmitResult } from './outbox.ts';
import type { OutboxStore } from './outbox-store.ts';
import { listRecentTraces, type RecentTrace } from './recent-traces.ts';
import { type Cancel, type Scheduler, systemScheduler } from './scheduler.ts';
import type { StatusSettings } from './status-input.ts';
import { type StatusModel, statusModel } from './status-model.ts';
import { timeLimit } from './time-limit.ts';

export interface EditorSessionOptions {
  readonly resolveBaseUrl: ResolveBaseUrl;
  readonly outboxStore: OutboxStore;
  readonly settings: StatusSettings;
  readonly pollIntervalMs: number;
  /** Told of kept annotations that went out later, and of those that never will. */
  readonly onCaughtUp: (report: CatchUp) => void;
  /** Told when kept annotations cannot be read or written; polling goes on. */
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

/** Everything one editor window does with Candela; the editor only draws it. */
export class EditorSession {
  readonly #options: EditorSessionOptions;
  readonly #scheduler: Scheduler;
  readonly #connection: DaemonConnection;
  readonly #poller: BudgetPoller;
  readonly #outbox: AnnotationOutbox;
  readonly #listeners = new Set<(model: StatusModel) => void>();
  readonly #stopping = new AbortController();
  #traces: readonly RecentTrace[] = [];
  #tracesSeenFor = '';
  #annotationsWaiting = 0;
  #status: StatusModel;
  #background: Promise<unknown> = Promise.resolve();

  constructor(options: EditorSessionOptions) {
    const scheduler = options.scheduler ?? systemScheduler;
    const connection = new DaemonConnection(options.resolveBaseUrl);
    this.#options = options;
    this.#scheduler = scheduler;
    this.#connection = connection;
    this.#poller = new BudgetPoller({ connection, scheduler, intervalMs: options.pollIntervalMs });
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
    return connection.state === 'online' ? lastKnown?.figures : undefined;
  }

  /** Called whenever what to draw has changed. */
  onStatus(listener: (model: StatusModel) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves after the first attempt; polling goes on until `stop`. */
  async start(): Promise<void> {
    this.#annotationsWaiting = await this.#outbox.waiting().catch((error: unknown) => {
      this.#options.onOutboxError(error);
      return 0;
    });
    await this.#poller.refresh();
  }

  /** Asks the daemon now; afterwards the newest traces are known too, and what was kept has been sent. */
  async refresh(): Promise<StatusModel> {
    await this.#poller.refresh();
    await this.#background;
    return this.#status;
  }

  /** Keeps and sends an annotation; see `AnnotationOutbox`. */
  async annotate(annotation: Annotation): Promise<SubmitResult> {
    const { others, ...result } = await this.#outbox.submit(annotation);
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

  /** Ends everything that runs; kept annotations stay kept. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#listeners.clear();
    await Promise.all([this.#poller.stop(), this.#outbox.stop(), this.#background]);
  }

  #onPolled(state: PollerState): void {
    this.#updateStatus();
    if (state.connection.state !== 'online' || state.lastKnown === undefined) return;
    const { spentUsd, tokens, usage } = state.lastKnown.figures;
    const seenFor = [spentUsd, tokens, usage?.calls].join(' ');
    const isNew = seenFor !== this.#tracesSeenFor;
    this.#tracesSeenFor = seenFor;
    this.#background = this.#background
      .then(() => this.#catchUp(isNew))
      .catch((error: unknown) => this.#options.onOutboxError(error));
  }

  /** Remembers the newest traces, so that they can be annotated offline too, and sends what was kept. */
  async #catchUp(hasNewCalls: boolean): Promise<void> {
    if (hasNewCalls) await this.recentTraces();
    if ((await this.#outbox.waiting()) === 0) return;
    const report = await this.#outbox.flush();
    await this.#reportCatchUp(report.sent.length, report.refused);
  }

  async #reportCatchUp(sentCount: number, refused: readonly RefusedAnnotation[]): Promise<void> {
    this.#annotationsWaiting = await this.#outbox.waiting();
    this.#updateStatus();
    if (sentCount + refused.length > 0) this.#options.onCaughtUp({ sentCount, refused });
  }

  #computeStatus(): StatusModel {
    return statusModel({
      ...this.#poller.state,
      settings: this.#options.settings,
      nowUnixMs: this.#scheduler.nowUnixMs(),
      annotationsWaiting: this.#annotationsWaiting,
    });
  }

  #updateStatus(): void {
    const before = this.#status;
    this.#status = this.#computeStatus();
    if (JSON.stringify(before) === JSON.stringify(this.#status)) return;
    for (const listener of this.#listeners) listener(this.#status);
  }
}
