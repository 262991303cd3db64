/** The models of a provider where they come and go, as a runtime on this machine has them. */
export interface ModelInventory {
  /** Those it had when it was last asked. */
  readonly ids: readonly string[];
  /** The full id that a name means among them. */
  find(model: string): string | undefined;
  /**
   * Asks again if the last time is too long ago; `undefined` if it is not. Resolves with the new list in place, or
   * with the old one if the new one is slow to come. Never rejects.
   */
  refresh(): Promise<void> | undefined;
}

/** Resolves once every inventory is fresh; `undefined` if all are. */
export function refreshInventories(
  providers: Iterable<{ readonly inventory?: ModelInventory }>,
): Promise<unknown> | undefined {
  let waiting: Promise<void>[] | undefined;
  for (const { inventory } of providers) {
    const refreshed = inventory?.refresh();
    if (refreshed !== undefined) (waiting ??= []).push(refreshed);
  }
  return waiting && Promise.all(waiting);
}
