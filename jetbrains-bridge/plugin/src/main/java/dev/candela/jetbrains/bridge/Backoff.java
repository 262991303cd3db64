package dev.candela.jetbrains.bridge;

/** How long to wait before a bridge is started again. */
public final class Backoff {
  private final long firstMs;
  private final long longestMs;
  private long nextMs;

  /**
   * @param firstMs the first pause; each further one is twice as long
   * @param longestMs the longest pause; a bridge that lived for as long had a good start, and pauses begin anew
   */
  public Backoff(long firstMs, long longestMs) {
    this.firstMs = firstMs;
    this.longestMs = longestMs;
    this.nextMs = firstMs;
  }

  /** @param livedMs how long the bridge that has just ended was there */
  long nextPauseMs(long livedMs) {
    if (livedMs >= longestMs) nextMs = firstMs;
    long pauseMs = nextMs;
    nextMs = Math.min(nextMs * 2, longestMs);
    return pauseMs;
  }

  void reset() {
    nextMs = firstMs;
  }
}
