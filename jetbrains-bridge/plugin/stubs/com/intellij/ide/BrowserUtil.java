package com.intellij.ide;

import com.intellij.openapi.application.ApplicationManager;
import java.util.function.Consumer;

public final class BrowserUtil {
  /** Stands for the browser; the platform has another way to it. */
  public interface Browser extends Consumer<String> {}

  private BrowserUtil() {}

  public static void browse(String url) {
    ApplicationManager.getApplication().getService(Browser.class).accept(url);
  }
}
