package com.intellij.execution.configurations;

import java.io.File;
import java.util.Arrays;

public final class PathEnvironmentVariableUtil {
  private PathEnvironmentVariableUtil() {}

  public static File findExecutableInPathOnAnyOS(String fileBaseName) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> new File(folder, fileBaseName))
        .filter(File::canExecute)
        .findFirst()
        .orElse(null);
  }
}
