package dev.candela.jetbrains;

import com.intellij.openapi.util.IconLoader;
import dev.candela.jetbrains.bridge.Severity;
import javax.swing.Icon;

/** The icons of the status bar: they differ in shape, not only in colour. */
public final class CandelaIcons {
  private static final Icon OK = load("/icons/statusOk.svg");
  private static final Icon WARN = load("/icons/statusWarn.svg");
  private static final Icon OVER = load("/icons/statusOver.svg");
  private static final Icon OFFLINE = load("/icons/statusOffline.svg");

  private CandelaIcons() {}

  public static Icon of(Severity severity) {
    return switch (severity) {
      case OK -> OK;
      case WARN -> WARN;
      case OVER -> OVER;
      case OFFLINE, STARTING -> OFFLINE;
    };
  }

  private static Icon load(String path) {
    return IconLoader.getIcon(path, CandelaIcons.class);
  }
}
