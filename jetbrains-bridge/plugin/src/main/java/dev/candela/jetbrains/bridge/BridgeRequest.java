package dev.candela.jetbrains.bridge;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** What the actions ask of the bridge, which does it and says what came of it. */
public enum BridgeRequest {
  MARK_LAST_GOOD("candela.annotate", "good"),
  MARK_LAST_BAD("candela.annotate", "bad"),
  /** Without an argument: the bridge asks which call, and how it was. */
  ANNOTATE("candela.annotate", ""),
  SHOW_SPEND("candela.showSpend", ""),
  OPEN_DASHBOARD("candela.openDashboard", "");

  private final String command;
  private final String outcome;

  BridgeRequest(String command, String outcome) {
    this.command = command;
    this.outcome = outcome;
  }

  /** The parameters of {@code workspace/executeCommand} (LSP 3.17). */
  JsonObject params() {
    JsonArray arguments = new JsonArray();
    if (!outcome.isEmpty()) {
      JsonObject annotation = new JsonObject();
      annotation.addProperty("traceId", "last");
      annotation.addProperty("outcome", outcome);
      arguments.add(annotation);
    }
    JsonObject params = new JsonObject();
    params.addProperty("command", command);
    params.add("arguments", arguments);
    return params;
  }
}
