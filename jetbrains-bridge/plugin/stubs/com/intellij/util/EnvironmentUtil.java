package com.intellij.util;

import java.util.Map;

public final class EnvironmentUtil {
  private EnvironmentUtil() {}

  public static Map<String, String> getEnvironmentMap() {
    return System.getenv();
  }
}
