package com.intellij.openapi.util;

import com.intellij.openapi.application.ApplicationManager;
import java.util.function.BiFunction;
import javax.swing.Icon;

public final class IconLoader {
  /** Stands for what draws SVG; the platform has another way to it. */
  public interface Renderer extends BiFunction<String, Class<?>, Icon> {}

  private IconLoader() {}

  public static Icon getIcon(String path, Class<?> aClass) {
    return ApplicationManager.getApplication().getService(Renderer.class).apply(path, aClass);
  }
}
