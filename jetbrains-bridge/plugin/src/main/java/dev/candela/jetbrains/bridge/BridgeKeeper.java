package dev.candela.jetbrains.bridge;

import dev.candela.jetbrains.CandelaBundle;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps one bridge running from {@link #start} to {@link #stop}: one that ends by itself is started again, after
 * pauses that grow. The lock is never held while a bridge is spoken to or events are told.
 */
public final class BridgeKeeper {
  /** Finds out what to start, each time anew, because the user may have installed or set something meanwhile. */
  public interface CommandSource {
    /** @throws IOException with a message for people, if there is nothing to start */
    List<String> command() throws IOException;
  }

  /**
   * @param options what the bridge is told, asked for each time one is started
   * @param processes makes the process builder, with the environment that the user's shell has
   */
  public record Parts(
      CommandSource commands,
      Supplier<BridgeOptions> options,
      Supplier<ProcessBuilder> processes,
      ScheduledExecutorService executor,
      Backoff backoff) {}

  private final Parts parts;
  private final BridgeEvents events;
  /** Counts starts and stops: what was begun under an older number has no say any more. */
  private long era;
  private boolean isWanted;
  private BridgeConnection connection;
  private BridgeRequest firstRequest;

  public BridgeKeeper(Parts parts, BridgeEvents events) {
    this.parts = parts;
    this.events = events;
  }

  public synchronized void start() {
    if (isWanted) return;
    isWanted = true;
    parts.backoff().reset();
    launchAfter(0);
  }

  public void stop() {
    BridgeConnection stopped;
    synchronized (this) {
      isWanted = false;
      era += 1;
      stopped = connection;
      connection = null;
      firstRequest = null;
    }
    if (stopped != null) stopped.close();
  }

  /** Has the request done; a bridge that was not wanted so far is started for it. */
  public void run(BridgeRequest request) {
    BridgeConnection running;
    synchronized (this) {
      running = connection;
      if (running == null && !isWanted) {
        start();
        firstRequest = request;
        return;
      }
    }
    if (running != null) running.run(request);
    // Not kept for later: by then another call may be the last one.
    else events.tell(BridgeEvents.Kind.WARNING, CandelaBundle.message("bridge.notRunning"));
  }

  /** The caller holds the lock. */
  private void launchAfter(long pauseMs) {
    era += 1;
    long launched = era;
    parts.executor().schedule(() -> launch(launched), pauseMs, TimeUnit.MILLISECONDS);
  }

  private void launch(long launched) {
    if (!isCurrent(launched)) return;
    long startedMs = nowMs();
    try {
      List<String> command = parts.commands().command();
      Process process =
          parts
              .processes()
              .get()
              .command(command)
              // What a program says there may be anything; none of it belongs in the IDE's log.
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      adopt(launched, startedMs, command, new BridgeConnection(process, events));
    } catch (IOException notStarted) {
      relaunch(launched, startedMs, notStarted.getMessage());
    }
  }

  private void adopt(long launched, long startedMs, List<String> command, BridgeConnection started) {
    BridgeRequest request;
    synchronized (this) {
      if (era != launched) {
        started.close();
        return;
      }
      connection = started;
      request = firstRequest;
      firstRequest = null;
    }
    started.start(parts.options().get());
    if (request != null) started.run(request);
    started
        .ended()
        .thenAccept(
            exitCode ->
                relaunch(
                    launched,
                    startedMs,
                    CandelaBundle.message("bridge.ended", exitCode, String.join(" ", command))));
  }

  private void relaunch(long launched, long startedMs, String reason) {
    long pauseMs;
    synchronized (this) {
      if (era != launched) return;
      if (connection != null) connection.close();
      connection = null;
      firstRequest = null;
      pauseMs = parts.backoff().nextPauseMs(nowMs() - startedMs);
      launchAfter(pauseMs);
    }
    long pauseSeconds = (pauseMs + 999) / 1000;
    String tooltip = reason + "\n" + CandelaBundle.message("bridge.again", pauseSeconds);
    events.statusChanged(new BridgeStatus(CandelaBundle.message("status.none"), tooltip, Severity.STARTING));
  }

  private synchronized boolean isCurrent(long launched) {
    return era == launched;
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
