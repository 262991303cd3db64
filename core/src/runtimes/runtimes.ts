import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { RuntimePreferences, RuntimeStateStore } from '../storage/runtime-state-store.ts';
import type { BackendName } from './usual-upstreams.ts';
import { isBackendName } from './backends.ts';
import { catalogOf, type Catalog } from './catalog.ts';
import { findBinary } from './find-binary.ts';
import { ManagedRuntime, type RuntimeStatus } from './managed-runtime.ts';
import { Pulls, type Pull } from './pulls.ts';
import type { RuntimeBackend, RuntimeModel } from './runtime-backend.ts';
import { RuntimeError } from './runtime-error.ts';

/** Lists and the like: a runtime on this machine that is in order answers at once. */
const ANSWER_MS = 10_000;

/** A large model takes minutes to get into memory. */
const LOAD_MS = 10 * 60_000;

/** How exactly it is known when a model was last used. */
const USE_EVERY_MS = 60_000;

const MAX_MODEL_LENGTH = 512;

/** A runtime that is or could be installed. */
export interface BackendInfo {
  readonly name: BackendName;
  readonly title: string;
  readonly endpoint: string;
  /** Where it was found; absent: it was not. */
  readonly binaryPath: string | undefined;
  readonly installHint: string;
}

export interface RuntimesOptions {
  readonly backends: readonly RuntimeBackend[];
  /** The one in use until another is started. */
  readonly configured: BackendName;
  /** Why a runtime cannot be where it is said to be. */
  readonly blocked: (backend: RuntimeBackend) => string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: RuntimeStateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when something has changed that nobody asked for: a runtime ended, a download is over. */
  readonly onChange: () => void;
}

/**
 * The model runtimes of this machine, one of which is in use: the one that was started last, else the configured one.
 * What is refused is a `RuntimeError`.
 */
export class Runtimes {
  readonly #options: RuntimesOptions;
  readonly #managed: ReadonlyMap<BackendName, ManagedRuntime>;
  readonly #pulls: Pulls;
  #active: BackendName;
  #preferences: RuntimePreferences;

  private constructor(options: RuntimesOptions, preferences: RuntimePreferences, pulls: Pulls) {
    const { env, logger, blocked, onChange } = options;
    this.#options = options;
    this.#managed = new Map(
      options.backends.map((backend) => [
        backend.name,
        new ManagedRuntime({ backend, env, logger, onChange, blocked: blocked(backend) }),
      ]),
    );
    this.#pulls = pulls;
    this.#preferences = preferences;
    const { backend = '' } = preferences;
    // What was chosen before may have been configured away since.
    const isPossible = options.backends.some((one) => one.name === backend && blocked(one) === undefined);
    this.#active = isBackendName(backend) && isPossible ? backend : options.configured;
  }

  static async open(options: RuntimesOptions): Promise<Runtimes> {
    const preferences = await options.store.readPreferences();
    return new Runtimes(options, preferences, await Pulls.open(options));
  }

  /** The one in use. */
  get active(): RuntimeBackend {
    return this.#runtime().backend;
  }

  status(): Promise<RuntimeStatus> {
    return this.#runtime().status();
  }

  /**
   * Starts a runtime, unless it runs, and takes it into use; one that was started here before is stopped.
   *
   * @param backend empty: the one in use.
   * @param model for a runtime that serves one; absent: the one it served last.
   */
  async start(backend = '', model?: string): Promise<RuntimeStatus> {
    const name = backend === '' ? this.#active : backend;
    if (!isBackendName(name)) {
      throw new RuntimeError(
        'invalid_argument',
        `backend: must be one of ${[...this.#managed.keys()].join(', ')}, or empty for ${this.#active}`,
      );
    }
    const runtime = this.#runtime(name);
    const served = model ?? this.#preferences.lastModels?.[name];
    const { state } = await runtime.status();
    if (state !== 'running') {
      // Asked before anything is changed.
      runtime.findBinary();
      runtime.backend.launch(served);
    }
    if (name !== this.#active) {
      await this.#letGo(this.#active);
      this.#active = name;
    }
    await this.#remember((preferences) => ({ ...preferences, backend: name }));
    return runtime.start(served);
  }

  async stop(): Promise<RuntimeStatus> {
    const runtime = this.#runtime();
    if (runtime.isOurs) await this.#pulls.interrupt(this.#active);
    return runtime.stop();
  }

  /** Those on disk, as the runtime in use says. */
  async models(): Promise<readonly RuntimeModel[]> {
    const { active } = this;
    const models = await active.listModels(AbortSignal.timeout(ANSWER_MS));
    const lastUsed = this.#preferences.lastUsed?.[active.name] ?? {};
    return models.map((model) => {
      const lastUsedUnixMs = lastUsed[model.id];
      return lastUsedUnixMs === undefined ? model : { ...model, lastUsedUnixMs };
    });
  }

  /** The state of the runtime in use, and its models; none where it does not run. @throws RuntimeError */
  async survey(): Promise<{ readonly status: RuntimeStatus; readonly models: readonly RuntimeModel[] }> {
    const status = await this.status();
    if (status.state !== 'running') return { status, models: [] };
    try {
      return { status, models: await this.models() };
    } catch (cause) {
      if (!(cause instanceof RuntimeError)) throw cause;
      // It may have ended between the two questions.
      const now = await this.status();
      if (now.state === 'running') throw cause;
      return { status: now, models: [] };
    }
  }

  /** Takes note that a model of the runtime in use has answered a call. Costs a write a minute at most. */
  noteUse(model: string): void {
    const { active } = this;
    const id = active.canonicalId(model);
    const nowMs = this.#options.clock.nowUnixMs();
    const beforeMs = this.#preferences.lastUsed?.[active.name]?.[id];
    if (beforeMs !== undefined && Math.abs(nowMs - beforeMs) < USE_EVERY_MS) return;
    const noted = this.#remember(({ lastUsed, ...rest }) => ({
      ...rest,
      lastUsed: { ...lastUsed, [active.name]: { ...lastUsed?.[active.name], [id]: nowMs } },
    }));
    noted.catch((cause: unknown) => {
      this.#options.logger.warn({ err: cause, model: id }, 'could not note that a model was used');
    });
  }

  /** `starting`: the runtime restarts with the model. */
  async load(model: string): Promise<'loaded' | 'starting'> {
    const id = checked(model);
    const runtime = this.#runtime();
    const { backend } = runtime;
    const isStart = backend.servesOneModel === true && (await runtime.status()).state !== 'running';
    const outcome = isStart ? 'restart' : await backend.loadModel(id, AbortSignal.timeout(LOAD_MS));
    const after = outcome === 'loaded' ? undefined : await runtime.restart(id);
    if (after?.state === 'error') throw new RuntimeError('failed_precondition', after.error);
    await this.#remember(({ lastModels, ...rest }) => ({
      ...rest,
      lastModels: { ...lastModels, [backend.name]: id },
    }));
    return after === undefined || after.state === 'running' ? 'loaded' : 'starting';
  }

  async unload(model: string): Promise<void> {
    await this.active.unloadModel(checked(model), AbortSignal.timeout(LOAD_MS));
  }

  /** Starts a download, or goes on with one; how it goes is in `pulls`. */
  async pull(model: string): Promise<Pull> {
    const { active } = this;
    const id = active.canonicalId(checked(model));
    // What the runtime cannot do at all must not look like a download that failed.
    if (active.cannotPull !== undefined) throw new RuntimeError('unimplemented', active.cannotPull);
    await active.probe(AbortSignal.timeout(ANSWER_MS));
    return this.#pulls.start(active, id);
  }

  async cancelPull(model: string): Promise<void> {
    await this.#pulls.cancel(this.active, this.active.canonicalId(checked(model)));
  }

  async deleteModel(model: string): Promise<void> {
    const { active } = this;
    const id = active.canonicalId(checked(model));
    if (this.#pulls.underWayOf(active.name).some((pull) => pull.model === id)) {
      throw new RuntimeError('failed_precondition', `${id} is being downloaded: cancel that first`);
    }
    await active.deleteModel(id, AbortSignal.timeout(ANSWER_MS));
    this.#pulls.forget(active.name, id);
  }

  /** Downloads of all runtimes: those under way first, then the newest. */
  pulls(): readonly Pull[] {
    return this.#pulls.list();
  }

  /** Those of the runtime in use. */
  pullsUnderWay(): readonly Pull[] {
    return this.#pulls.underWayOf(this.#active);
  }

  backends(): readonly BackendInfo[] {
    return [...this.#managed.values()].map(({ backend }) => ({
      name: backend.name,
      title: backend.title,
      endpoint: backend.endpoint,
      binaryPath: findBinary(backend.binary, this.#options.env),
      installHint: backend.installHint,
    }));
  }

  catalog(): Catalog {
    return catalogOf(this.#active, this.#preferences.pinned);
  }

  /** Shows a model of the catalog first, or not any more. */
  async pin(model: string, isPinned: boolean): Promise<void> {
    const id = checked(model);
    if (!this.catalog().models.some((one) => one.id === id)) {
      throw new RuntimeError('not_found', `${id} is not in the catalog of ${this.active.title}`);
    }
    await this.#remember(({ pinned, ...rest }) => ({ ...rest, pinned: { ...pinned, [id]: isPinned } }));
  }

  /**
   * Forgets downloads that are over, and preferences. A runtime that was started here goes on, and stays in use until
   * it stops or Candela does.
   */
  async resetState(): Promise<void> {
    await this.#options.store.clear();
    this.#pulls.forgetPast();
    this.#preferences = {};
    if (!this.#runtime().isOurs) this.#active = this.#options.configured;
  }

  /** Breaks downloads off, to go on later, and stops what was started here. */
  async close(): Promise<void> {
    await this.#pulls.interrupt();
    await Promise.all([...this.#managed.values()].map((runtime) => runtime.close()));
  }

  #runtime(name: BackendName = this.#active): ManagedRuntime {
    return this.#managed.get(name) as ManagedRuntime;
  }

  async #letGo(name: BackendName): Promise<void> {
    const runtime = this.#runtime(name);
    if (!runtime.isOurs) return;
    await this.#pulls.interrupt(name);
    await runtime.close();
  }

  async #remember(change: (preferences: RuntimePreferences) => RuntimePreferences): Promise<void> {
    this.#preferences = change(this.#preferences);
    await this.#options.store.updatePreferences(change);
  }
}

/** @throws RuntimeError `invalid_argument` */
function checked(model: string): string {
  const id = model.trim();
  // A name that began with a dash would be an option to the runtime's own program.
  if (id !== '' && id.length <= MAX_MODEL_LENGTH && !/^-|\p{Cc}/u.test(id)) return id;
  throw new RuntimeError('invalid_argument', 'model: must be the name of a model, such as llama3.2:3b');
}
