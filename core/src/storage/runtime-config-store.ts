/** A JSON object, as `JSON.parse` gives it. */
export type StoredConfigValue = Readonly<Record<string, unknown>>;

export interface StoredRuntimeConfig {
  /** Grows with every change; 0 where nothing was ever set. Whoever knows it need not compare values. */
  readonly version: number;
  /** What was set; `{}` for nothing. What it means is for whoever reads it to check. */
  readonly value: StoredConfigValue;
}

/** What was configured while Candela ran. It outlives the process, and is shared by all that share the store. */
export interface RuntimeConfigStore {
  /** Cheap: one row by its key. */
  read(): Promise<StoredRuntimeConfig>;
  /**
   * Puts what `change` makes of the value in its place, in one step, so that of two at once neither is lost.
   *
   * @param change may be run more than once; what it throws leaves everything as it was, and is thrown on.
   */
  update(change: (value: StoredConfigValue) => StoredConfigValue): Promise<StoredRuntimeConfig>;
}
