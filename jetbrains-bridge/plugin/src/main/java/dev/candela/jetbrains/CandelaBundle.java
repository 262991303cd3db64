package dev.candela.jetbrains;

import com.intellij.DynamicBundle;

/** Every sentence of the plugin's own, found by its key; those about spend come from the bridge. */
public final class CandelaBundle {
  private static final String PATH = "messages.CandelaBundle";
  private static final DynamicBundle BUNDLE = new DynamicBundle(CandelaBundle.class, PATH);

  private CandelaBundle() {}

  public static String message(String key, Object... params) {
    return BUNDLE.getMessage(key, params);
  }
}
