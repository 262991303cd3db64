package dev.candela.jetbrains.bridge;

import java.util.Locale;

/** How the day's spend stands to the budget; all but {@link #STARTING} are the bridge's words. */
public enum Severity {
  OK,
  WARN,
  OVER,
  OFFLINE,
  /** There is no bridge to ask, or it has not answered yet. */
  STARTING;

  /** A word that this version does not know is drawn as "not known", never as "all is well". */
  static Severity of(String word) {
    return switch (word) {
      case "ok" -> OK;
      case "warn" -> WARN;
      case "over" -> OVER;
      default -> OFFLINE;
    };
  }

  /** The end of the keys of its messages. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
