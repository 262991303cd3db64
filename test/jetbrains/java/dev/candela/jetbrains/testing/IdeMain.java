package dev.candela.jetbrains.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.intellij.openapi.actionSystem.ActionManager;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.ui.popup.JBPopupFactory;
import dev.candela.jetbrains.CandelaService;
import dev.candela.jetbrains.settings.CandelaSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The plugin, as it is packaged, before an IDE that is none: does what standard input says, one JSON object a line, and
 * reports what a user would see.
 */
public final class IdeMain {
  private final Map<String, ReportingWindow> windows = new HashMap<>();
  private final ReportingApplication application;
  private final PluginXml plugin = new PluginXml();

  private IdeMain() throws Exception {
    application = new ReportingApplication(plugin);
    ApplicationManager.setApplication(application);
  }

  public static void main(String[] args) throws Exception {
    IdeMain ide = new IdeMain();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonObject order = JsonParser.parseString(line).getAsJsonObject();
      ide.application.invokeLater(() -> ide.obey(order));
    }
  }

  private void obey(JsonObject order) {
    String window = order.has("window") ? order.get("window").getAsString() : "";
    switch (order.get("do").getAsString()) {
      case "settings" -> applySettings(order);
      case "open" -> open(window);
      case "close" -> windows.remove(window).close();
      case "click" -> windows.get(window).popup().showInFocusCenter();
      case "action" -> ActionManager.getInstance()
          .getAction(order.get("id").getAsString())
          .actionPerformed(new AnActionEvent());
      case "choose" -> popups().choose(order.get("title").getAsString());
      case "dismiss" -> popups().dismiss();
      case "processes" -> reportProcesses();
      case "quit" -> {
        application.dispose();
        Report.say(Report.event("quit"));
      }
      default -> throw new IllegalArgumentException(order.toString());
    }
  }

  private void open(String name) {
    try {
      ReportingWindow window = new ReportingWindow(name, plugin.widgetFactory());
      windows.put(name, window);
      window.open();
    } catch (ReflectiveOperationException cause) {
      throw new IllegalStateException(cause);
    }
  }

  /** As the settings page does. */
  private static void applySettings(JsonObject order) {
    CandelaSettings.Values values = new CandelaSettings.Values();
    values.commandLine = order.get("commandLine").getAsString();
    values.startDaemon = false;
    CandelaSettings.getInstance().loadState(values);
    CandelaService.getInstance().restart();
  }

  private static ReportingPopups popups() {
    return (ReportingPopups) JBPopupFactory.getInstance();
  }

  private static void reportProcesses() {
    JsonArray ids = new JsonArray();
    ProcessHandle.current().children().forEach(child -> ids.add(child.pid()));
    JsonObject event = Report.event("processes");
    event.add("ids", ids);
    Report.say(event);
  }
}
