package dev.candela.jetbrains.bridge;

import com.google.gson.JsonObject;

/**
 * What the bridge is told of this IDE.
 *
 * @param daemonUrl empty: the bridge looks for the daemon of this machine
 * @param startDaemon whether the bridge starts a daemon where none answers
 */
public record BridgeOptions(String daemonUrl, boolean startDaemon) {
  /** The parameters of {@code initialize} (LSP 3.17). */
  JsonObject initializeParams() {
    JsonObject showDocument = new JsonObject();
    showDocument.addProperty("support", true);
    JsonObject window = new JsonObject();
    window.add("showDocument", showDocument);
    JsonObject capabilities = new JsonObject();
    capabilities.add("window", window);

    JsonObject candela = new JsonObject();
    candela.addProperty("status", true);
    candela.addProperty("daemonUrl", daemonUrl);
    candela.addProperty("autoStart", startDaemon);
    JsonObject initializationOptions = new JsonObject();
    initializationOptions.add("candela", candela);

    JsonObject params = new JsonObject();
    // The bridge ends itself when this process is gone, even one that was killed.
    params.addProperty("processId", ProcessHandle.current().pid());
    params.add("capabilities", capabilities);
    params.add("initializationOptions", initializationOptions);
    return params;
  }
}
