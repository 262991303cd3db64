/** How many calls each user has made in the running minute, over all processes that share the store. */
export interface RateWindows {
  /**
   * Counts one call, and answers how many there are by now, this one included. Windows before the newest one that
   * was counted may be forgotten.
   *
   * @param unixMinute the window: whole minutes since 1970.
   */
  count(userId: string, unixMinute: number): Promise<number>;
}
