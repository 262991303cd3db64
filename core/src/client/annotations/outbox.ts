import type { Annotation } from './annotation.ts';
import { type CallFailure, describeCallFailure } from '../connection/call-failure.ts';
import type { DaemonConnection } from '../connection/daemon-connection.ts';
import { ENTRY_ID, type OutboxEntry, type OutboxStore } from './outbox-store.ts';
import type { Scheduler } from '../scheduler.ts';
import { sendAnnotation } from './send-annotation.ts';
import { texts } from '../texts.ts';
import { timeLimit } from '../time-limit.ts';

export interface OutboxOptions {
  readonly connection: DaemonConnection;
  readonly store: OutboxStore;
  readonly scheduler: Scheduler;
  /** For one call. */
  readonly timeoutMs?: number;
}

/** What became of one annotation: acknowledged, waiting for the daemon, or refused for good. */
export type SubmitResult =
  | { readonly result: 'sent' }
  | { readonly result: 'kept'; readonly reason: string }
  | { readonly result: 'refused'; readonly reason: string };

/** An annotation that was dropped because the server will never take it. */
export interface RefusedAnnotation {
  readonly entry: OutboxEntry;
  readonly reason: string;
}

/** Of what nobody awaits: who submitted an annotation is told of it, whichever flush took it. */
export interface FlushReport {
  readonly sent: readonly OutboxEntry[];
  readonly refused: readonly RefusedAnnotation[];
  /** Why the flush ended early; absent if nothing is left to do for this program. */
  readonly stoppedBy?: CallFailure;
}

/**
 * How long this program sees an entry go wrong, in ways that might pass, before it gives it up, so that one cannot block
 * the rest. How old the entry is does not count: it may have waited for its first try over a holiday.
 */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

/**
 * Sends annotations in the order they were made. Each is written down first and removed only when the server
 * acknowledged or finally refused it, so none is lost by an outage or a crash. One whose answer got lost is sent again
 * under the same key, by which the server knows that it has it.
 */
export class AnnotationOutbox {
  readonly #options: Required<OutboxOptions>;
  readonly #stopping = new AbortController();
  /** By the entry's id: since when it goes wrong; monotonic ms. */
  readonly #failingSinceMs = new Map<string, number>();
  /** What became of those whose submit goes on, whichever flush took them; undefined if nothing yet. */
  readonly #awaited = new Map<string, SubmitResult | undefined>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = { timeoutMs: 5_000, ...options };
  }

  /**
   * Keeps the annotation, then sends everything that waits. Whoever may have to submit one again, not knowing whether
   * it was kept, gives it an `id` of its own: letters, digits, `-` and `_`, at most 64, unique.
   *
   * Where it cannot be kept (a full disk, a home that may only be read) it is sent all the same.
   *
   * @throws Error if it can be neither kept nor sent.
   */
  async submit(
    annotation: Annotation,
    id: string = crypto.randomUUID(),
  ): Promise<SubmitResult & { readonly others: FlushReport }> {
    if (!ENTRY_ID.test(id)) throw new RangeError(`an annotation's id must match ${ENTRY_ID}, got ${id}`);
    const { scheduler } = this.#options;
    const entry = { id, annotation, createdAtUnixMs: scheduler.nowUnixMs() };
    this.#awaited.set(id, undefined);
    try {
      const whyNotKept = await this.#keep(entry);
      if (whyNotKept !== undefined) return await this.#submitUnkept(entry, whyNotKept);
      const others = await this.flush();
      const own = this.#awaited.get(id);
      if (own !== undefined) return { ...own, others };
      return { result: 'kept', reason: others.stoppedBy?.reason ?? texts.annotation.sentElsewhere, others };
    } finally {
      this.#awaited.delete(id);
    }
  }

  /** Sends what waits until it is done or the daemon fails. One flush runs at a time, further ones queue. */
  flush(): Promise<FlushReport> {
    const run = this.#tail.then(() => this.#flush());
    this.#tail = run.catch(() => {});
    return run;
  }

  waiting(): Promise<number> {
    return this.#options.store.count();
  }

  /** Aborts the call in flight; its annotation stays kept. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#tail;
  }

  async #flush(): Promise<FlushReport> {
    const sent: OutboxEntry[] = [];
    const refused: RefusedAnnotation[] = [];
    while (!this.#stopping.signal.aborted) {
      const taken = await this.#options.store.takeOldest();
      if (taken === undefined) break;
      const failure = await this.#send(taken.entry);
      if (failure === undefined) {
        await taken.remove();
        this.#failingSinceMs.delete(taken.entry.id);
        if (!this.#tell(taken.entry, { result: 'sent' })) sent.push(taken.entry);
      } else if (this.#isFinal(failure, taken.entry)) {
        await taken.remove();
        const { reason } = failure;
        if (!this.#tell(taken.entry, { result: 'refused', reason }))
          refused.push({ entry: taken.entry, reason });
      } else {
        await taken.giveBack();
        return { sent, refused, stoppedBy: failure };
      }
    }
    return { sent, refused };
  }

  /** Undefined once it is kept, else why it is not. */
  async #keep(entry: OutboxEntry): Promise<unknown> {
    try {
      await this.#options.store.add(entry);
      return undefined;
    } catch (cause) {
      return cause;
    }
  }

  /** Whether somebody awaits it, who then tells of it. */
  #tell({ id }: OutboxEntry, result: SubmitResult): boolean {
    if (!this.#awaited.has(id)) return false;
    this.#awaited.set(id, result);
    return true;
  }

  /** After what is being sent: the order stays. */
  async #submitUnkept(
    entry: OutboxEntry,
    whyNotKept: unknown,
  ): Promise<SubmitResult & { readonly others: FlushReport }> {
    const sending = this.#tail.then(() => this.#send(entry));
    this.#tail = sending.catch(() => {});
    const failure = await sending;
    const others: FlushReport = { sent: [], refused: [] };
    if (failure === undefined) return { result: 'sent', others };
    if (failure.kind === 'final') return { result: 'refused', reason: failure.reason, others };
    throw new Error(texts.annotation.neitherSentNorKept(failure.reason), { cause: whyNotKept });
  }

  async #send({ annotation, id }: OutboxEntry): Promise<CallFailure | undefined> {
    const { connection, scheduler, timeoutMs } = this.#options;
    const api = await connection.api();
    const limit = timeLimit(scheduler, timeoutMs, this.#stopping.signal);
    try {
      await sendAnnotation(api, annotation, { idempotencyKey: id, signal: limit.signal });
      return undefined;
    } catch (error) {
      return describeCallFailure(error, api.baseUrl, timeoutMs);
    } finally {
      limit.cancel();
    }
  }

  #isFinal({ kind }: CallFailure, { id }: OutboxEntry): boolean {
    if (kind !== 'temporary') {
      this.#failingSinceMs.delete(id);
      return kind === 'final';
    }
    const nowMs = this.#options.scheduler.monotonicMs();
    const sinceMs = this.#failingSinceMs.get(id) ?? nowMs;
    this.#failingSinceMs.set(id, sinceMs);
    return nowMs - sinceMs > PATIENCE_MS;
  }
}
