import type { BackendName } from './usual-upstreams.ts';

/** A model that a runtime has; what its API does not say is absent. */
export interface RuntimeModel {
  readonly id: string;
  readonly sizeBytes?: number;
  /** Such as `llama`. */
  readonly family?: string;
  /** As the runtime words it: `8B`. */
  readonly parameters?: string;
  /** Such as `Q4_K_M`. */
  readonly quantization?: string;
  /** In memory now. */
  readonly isLoaded: boolean;
  /** When it last answered a call by way of Candela; absent: never. */
  readonly lastUsedUnixMs?: number;
}

/** How far a download is; 0 where it is not known yet. */
export interface PullProgress {
  readonly completedBytes: number;
  readonly totalBytes: number;
  /** What the runtime does at the moment, in its own words. */
  readonly detail: string;
}

/** How a runtime is started: arguments for its binary, and environment variables on top of Candela's. */
export interface Launch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /**
   * `server`: the process is the runtime, and lives as long. `command`: it ends once it has started the runtime,
   * which another command stops.
   */
  readonly kind: 'server' | 'command';
}

/**
 * One runtime: which program it is, how it is started, and how its HTTP API is spoken. A method that the runtime has
 * no way to carry out throws a `RuntimeError` that says what to do instead; so does one that the runtime refuses.
 */
export interface RuntimeBackend {
  readonly name: BackendName;
  /** For people: `LM Studio`. */
  readonly title: string;
  /** Base address of its API, without `/v1` and without a slash at its end. */
  readonly endpoint: string;
  /** The program to look for on `PATH`. */
  readonly binary: string;
  readonly installHint: string;
  /** @param model what it shall serve, where it serves one model from start to stop. @throws RuntimeError without it */
  launch(model: string | undefined): Launch;
  /** Arguments that stop what a `command` has started. */
  readonly stopArgs?: readonly string[];
  /** It serves one model, which it is started with; absent: as many as fit. */
  readonly servesOneModel?: true;
  /** The id under which it lists what was asked for by this name. */
  canonicalId(model: string): string;
  /** Resolves when its API answers as this runtime's does. */
  probe(signal: AbortSignal): Promise<void>;
  listModels(signal: AbortSignal): Promise<readonly RuntimeModel[]>;
  /** `restart`: it must be started anew with this model. */
  loadModel(model: string, signal: AbortSignal): Promise<'loaded' | 'restart'>;
  unloadModel(model: string, signal: AbortSignal): Promise<void>;
  /**
   * Downloads a model, or the rest of it; resolves when it can be used.
   *
   * @param signal breaks it off, and keeps what is there.
   */
  pull(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  /** Why it downloads nothing by itself, and what to do instead; absent where it does. */
  readonly cannotPull?: string;
  /** Why a download under way cannot be broken off; absent where it can. */
  readonly cannotCancel?: string;
  deleteModel(model: string, signal: AbortSignal): Promise<void>;
}

/** What every backend is made of. */
export interface BackendSettings {
  readonly endpoint: string;
  /** Sent as a bearer token, where the runtime asks for one. */
  readonly apiKey?: string | undefined;
}
