package dev.candela.jetbrains.bridge;

import com.intellij.execution.configurations.PathEnvironmentVariableUtil;
import com.intellij.openapi.application.PathManager;
import com.intellij.util.execution.ParametersListUtil;
import dev.candela.jetbrains.CandelaBundle;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which program is the bridge: the one that was set, else the one in this plugin, else an installed Candela. */
public final class BridgeCommand {
  /** As seen from the plugin's jar. */
  private static final String BUNDLED = "../bridge/candela-jetbrains-bridge.mjs";

  private static final List<String> ARGUMENTS = List.of("--ndjson", "--client", "jetbrains");

  private BridgeCommand() {}

  /**
   * @param commandLine as it was set; blank: the bridge is looked for
   * @throws IOException with a message for people, if there is none
   */
  public static List<String> find(String commandLine) throws IOException {
    List<String> command = new ArrayList<>(program(commandLine));
    command.addAll(ARGUMENTS);
    return command;
  }

  private static List<String> program(String commandLine) throws IOException {
    if (!commandLine.isBlank()) return ParametersListUtil.parse(commandLine);
    File node = PathEnvironmentVariableUtil.findExecutableInPathOnAnyOS("node");
    Path bundled = bundled();
    if (node != null && bundled != null) return List.of(node.getPath(), bundled.toString());
    File candela = PathEnvironmentVariableUtil.findExecutableInPathOnAnyOS("candela");
    if (candela != null) return List.of(candela.getPath(), "bridge");
    throw new IOException(CandelaBundle.message("bridge.notFound"));
  }

  /** Found by the jar, because the platform keeps to itself where a plugin is installed. */
  private static Path bundled() {
    Path jar = PathManager.getJarForClass(BridgeCommand.class);
    if (jar == null) return null;
    Path script = jar.resolveSibling(BUNDLED).normalize();
    return Files.isRegularFile(script) ? script : null;
  }
}
