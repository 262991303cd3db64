package com.intellij.openapi.application;

import java.net.URISyntaxException;
import java.nio.file.Path;

public final class PathManager {
  private PathManager() {}

  public static Path getJarForClass(Class<?> aClass) {
    try {
      return Path.of(aClass.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException cause) {
      throw new IllegalStateException(cause);
    }
  }
}
