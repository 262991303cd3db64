package com.intellij.util.concurrency;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

public final class AppExecutorUtil {
  private static final ScheduledExecutorService SERVICE =
      Executors.newScheduledThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "ApplicationImpl pooled thread");
            thread.setDaemon(true);
            return thread;
          });

  private AppExecutorUtil() {}

  public static ScheduledExecutorService getAppScheduledExecutorService() {
    return SERVICE;
  }
}
