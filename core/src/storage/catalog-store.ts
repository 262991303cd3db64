/** A model by its provider, as named behind `/proxy/`, and by the id that clients put into `model`. */
export interface CatalogKey {
  readonly provider: string;
  readonly modelId: string;
}

/** What an admin says of a model; what is empty or 0 says nothing. */
export interface CatalogEntry extends CatalogKey {
  readonly displayName: string;
  /** Calls to a disabled model are refused. */
  readonly enabled: boolean;
  readonly category: string;
  readonly contextWindowTokens: number;
  /** USD per million tokens, as are all prices here. Input and output both 0: the entry has no price of its own. */
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** Of calls with more input than `tierThresholdTokens`. */
  readonly inputPerMillionHigh: number;
  readonly outputPerMillionHigh: number;
  readonly tierThresholdTokens: number;
  /** A fraction from 0 to 1 off the price. */
  readonly discount: number;
  /** Other ids that mean this model. */
  readonly aliases: readonly string[];
  /** What the provider calls it, if not `modelId`. */
  readonly providerModelId: string;
  readonly region: string;
  /** Empty: all. */
  readonly allowedTenants: readonly string[];
  /** Tags of which a user needs one; empty: none needed. */
  readonly requiredAccess: readonly string[];
  /** Milliseconds since 1970; absent where the store does not know it, as a configuration does not. */
  readonly updatedAtUnixMs?: number;
}

export interface CatalogContents {
  /** Another one after every change. */
  readonly version: string;
  /** By provider, then by id. */
  readonly entries: readonly CatalogEntry[];
}

/** A catalog of models, wherever it is kept. */
export interface CatalogReader {
  /** `config` is read once; `store` may be changed, by this process and by others. */
  readonly source: 'config' | 'store';
  /** Cheap: asked every few seconds. */
  version(): Promise<string>;
  list(): Promise<CatalogContents>;
}

/** A catalog that admins can change. */
export interface CatalogStore extends CatalogReader {
  readonly source: 'store';
  /**
   * Writes what `edit` makes of the stored entry in one atomic step, so that two admins who change different fields
   * do not undo each other's work; answers the entry as written.
   */
  put(key: CatalogKey, edit: (stored: CatalogEntry | undefined) => CatalogEntry): Promise<CatalogEntry>;
  /** Whether there was such an entry. */
  delete(key: CatalogKey): Promise<boolean>;
}

/** An entry that says nothing yet but whether calls are let through. */
export function blankEntry({ provider, modelId }: CatalogKey, enabled: boolean): CatalogEntry {
  return {
    ...{ provider, modelId, enabled },
    ...{ displayName: '', category: '', contextWindowTokens: 0, providerModelId: '', region: '' },
    ...{ inputPerMillion: 0, outputPerMillion: 0, inputPerMillionHigh: 0, outputPerMillionHigh: 0 },
    ...{ tierThresholdTokens: 0, discount: 0, aliases: [], allowedTenants: [], requiredAccess: [] },
  };
}
