import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { RuntimeStateStore, StoredPull } from '../storage/runtime-state-store.ts';
import type { BackendName } from './usual-upstreams.ts';
import type { PullProgress, RuntimeBackend } from './runtime-backend.ts';
import { RuntimeError } from './runtime-error.ts';

/** Of a download under way the store learns so often, for the case of a crash. */
const STORE_EVERY_MS = 1_000;

/** A download, now or once. */
export interface Pull extends StoredPull {
  readonly backend: BackendName;
  /** What the runtime does at the moment; empty for one that is over. */
  readonly detail: string;
}

interface UnderWay {
  pull: Pull;
  readonly abort: AbortController;
  readonly over: Promise<void>;
  /** What it shall be once it has been broken off. */
  brokenOffAs: 'cancelled' | 'interrupted';
  storedAtMs: number;
}

export interface PullsOptions {
  readonly store: RuntimeStateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a download is over. */
  readonly onChange: () => void;
}

/** The downloads of models: those under way, one at a time for each model, and what became of earlier ones. */
export class Pulls {
  readonly #options: PullsOptions;
  readonly #underWay = new Map<string, UnderWay>();
  #past: Map<string, Pull>;

  private constructor(options: PullsOptions, past: readonly Pull[]) {
    this.#options = options;
    this.#past = new Map(past.map((pull) => [keyOf(pull.backend, pull.model), pull]));
  }

  /** What was under way when the process before this one ended is `interrupted`, and goes on when asked for again. */
  static async open(options: PullsOptions): Promise<Pulls> {
    const stored = await options.store.listPulls();
    const past = stored.map((pull): Pull => {
      const state = pull.state === 'pulling' ? 'interrupted' : pull.state;
      return { ...pull, state, backend: pull.backend as BackendName, detail: '' };
    });
    for (const [index, pull] of past.entries()) {
      if (pull.state !== stored[index]?.state) await options.store.putPull(pull);
    }
    return new Pulls(options, past);
  }

  /** Those under way first, then the newest. */
  list(): readonly Pull[] {
    const current = [...this.#underWay.values()].map(({ pull }) => pull);
    const isCurrent = (pull: Pull): boolean => this.#underWay.has(keyOf(pull.backend, pull.model));
    const past = [...this.#past.values()].filter((pull) => !isCurrent(pull));
    return [...byAge(current), ...byAge(past)];
  }

  /** Those of one runtime that are under way. */
  underWayOf(backend: BackendName): readonly Pull[] {
    return this.list().filter((pull) => pull.backend === backend && pull.state === 'pulling');
  }

  /** Starts a download, or does nothing where the model is being downloaded already. */
  start(backend: RuntimeBackend, model: string): Pull {
    const key = keyOf(backend.name, model);
    const known = this.#underWay.get(key);
    if (known !== undefined) return known.pull;
    const nowMs = this.#options.clock.nowUnixMs();
    const before = this.#past.get(key);
    const abort = new AbortController();
    const pull: Pull = {
      ...{ backend: backend.name, model, state: 'pulling', error: '', detail: 'waiting for the runtime' },
      // What is on disk already stays until the runtime says how far it is.
      completedBytes: before?.state === 'done' ? 0 : (before?.completedBytes ?? 0),
      totalBytes: before?.state === 'done' ? 0 : (before?.totalBytes ?? 0),
      startedAtUnixMs: nowMs,
      changedAtUnixMs: nowMs,
    };
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const underWay: UnderWay = { pull, abort, over, brokenOffAs: 'interrupted', storedAtMs: -Infinity };
    this.#underWay.set(key, underWay);
    this.#keep(underWay);
    void this.#run(backend, underWay).finally(resolve);
    return pull;
  }

  /** Stops a download; what is there stays. @throws RuntimeError if there is none, or it cannot be stopped */
  async cancel(backend: RuntimeBackend, model: string): Promise<void> {
    const underWay = this.#underWay.get(keyOf(backend.name, model));
    if (underWay === undefined) {
      throw new RuntimeError('not_found', `${model} is not being downloaded: there is nothing to cancel`);
    }
    if (backend.cannotCancel !== undefined) throw new RuntimeError('unimplemented', backend.cannotCancel);
    underWay.brokenOffAs = 'cancelled';
    underWay.abort.abort();
    await underWay.over;
  }

  /** Breaks off what one runtime downloads, or all do; it can go on later. */
  async interrupt(backend?: BackendName): Promise<void> {
    const those = [...this.#underWay.values()].filter(
      ({ pull }) => backend === undefined || pull.backend === backend,
    );
    for (const { abort } of those) abort.abort();
    await Promise.all(those.map(({ over }) => over));
  }

  /** Takes a model that was deleted out of the history. */
  forget(backend: BackendName, model: string): void {
    this.#past.delete(keyOf(backend, model));
  }

  /** Forgets what is over; the store is the caller's to clear. */
  forgetPast(): void {
    this.#past = new Map();
  }

  async #run(backend: RuntimeBackend, underWay: UnderWay): Promise<void> {
    const { signal } = underWay.abort;
    try {
      await backend.pull(underWay.pull.model, (progress) => this.#progress(underWay, progress), signal);
      const { totalBytes } = underWay.pull;
      await this.#end(underWay, { state: 'done', completedBytes: totalBytes, error: '' });
    } catch (cause) {
      if (signal.aborted) {
        await this.#end(underWay, { state: underWay.brokenOffAs, error: '' });
        return;
      }
      const reason = cause instanceof Error ? cause.message : 'the download failed';
      this.#options.logger.warn(
        { backend: backend.name, model: underWay.pull.model, reason },
        'a model was not pulled',
      );
      await this.#end(underWay, { state: 'failed', error: reason });
    }
  }

  #progress(underWay: UnderWay, { completedBytes, totalBytes, detail }: PullProgress): void {
    // Before the runtime knows how much there is, what was known before is the better guess.
    const counts = totalBytes === 0 ? {} : { completedBytes, totalBytes };
    underWay.pull = { ...underWay.pull, ...counts, detail };
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - underWay.storedAtMs < STORE_EVERY_MS) return;
    underWay.storedAtMs = nowMs;
    this.#keep(underWay);
  }

  async #end(
    underWay: UnderWay,
    end: Pick<Pull, 'state' | 'error'> & Partial<Pick<Pull, 'completedBytes'>>,
  ): Promise<void> {
    const pull: Pull = {
      ...underWay.pull,
      ...end,
      detail: '',
      changedAtUnixMs: this.#options.clock.nowUnixMs(),
    };
    const key = keyOf(pull.backend, pull.model);
    this.#past.set(key, pull);
    this.#underWay.delete(key);
    this.#options.onChange();
    await this.#store(pull);
  }

  #keep({ pull }: UnderWay): void {
    void this.#store(pull);
  }

  /** The download matters more than its note. */
  async #store(pull: Pull): Promise<void> {
    try {
      await this.#options.store.putPull(pull);
    } catch (cause) {
      this.#options.logger.warn({ err: cause, model: pull.model }, 'could not note how far a download is');
    }
  }
}

function byAge(pulls: readonly Pull[]): readonly Pull[] {
  return pulls.toSorted((one, other) => other.startedAtUnixMs - one.startedAtUnixMs);
}

function keyOf(backend: string, model: string): string {
  return `${backend}\n${model}`;
}
