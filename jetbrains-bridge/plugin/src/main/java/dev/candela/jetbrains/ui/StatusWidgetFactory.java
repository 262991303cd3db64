package dev.candela.jetbrains.ui;

import com.intellij.openapi.project.Project;
import com.intellij.openapi.wm.StatusBarWidget;
import com.intellij.openapi.wm.StatusBarWidgetFactory;
import dev.candela.jetbrains.CandelaBundle;

public final class StatusWidgetFactory implements StatusBarWidgetFactory {
  /** Has to be the id in {@code plugin.xml} too; the IDE keeps under it whether the user has hidden the widget. */
  static final String ID = "candela.budget";

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public String getDisplayName() {
    return CandelaBundle.message("widget.name");
  }

  @Override
  public boolean isAvailable(Project project) {
    return true;
  }

  @Override
  public StatusBarWidget createWidget(Project project) {
    return new StatusWidget();
  }
}
