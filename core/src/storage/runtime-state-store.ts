/** A download of a model, as far as it came. */
export interface StoredPull {
  readonly backend: string;
  readonly model: string;
  /** `interrupted`: Candela or the runtime ended before it did; the next pull of the model goes on from there. */
  readonly state: 'pulling' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly completedBytes: number;
  /** 0: not known. */
  readonly totalBytes: number;
  /** Why it failed; else empty. */
  readonly error: string;
  readonly startedAtUnixMs: number;
  /** When it came to this state. */
  readonly changedAtUnixMs: number;
}

/** What a developer has chosen and used of the model runtimes; what never was is absent. */
export interface RuntimePreferences {
  /** The runtime that was started last. */
  readonly backend?: string;
  /** By backend: the model that was loaded last. */
  readonly lastModels?: Readonly<Record<string, string>>;
  /** By backend and id: when a model last answered a call, to the minute; milliseconds since 1970. */
  readonly lastUsed?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Models to show first, by their ids; said of each whether it is. */
  readonly pinned?: Readonly<Record<string, boolean>>;
}

/** What is remembered of the model runtimes of this machine. */
export interface RuntimeStateStore {
  /** Newest first. */
  listPulls(): Promise<readonly StoredPull[]>;
  /** In the place of an earlier pull of the same model by the same backend. */
  putPull(pull: StoredPull): Promise<void>;
  readPreferences(): Promise<RuntimePreferences>;
  /** In one step, so that of two changes at once neither is lost. */
  updatePreferences(change: (preferences: RuntimePreferences) => RuntimePreferences): Promise<void>;
  /** Forgets everything but the downloads under way. */
  clear(): Promise<void>;
}
