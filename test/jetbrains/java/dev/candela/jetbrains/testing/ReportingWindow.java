package dev.candela.jetbrains.testing;

import com.google.gson.JsonObject;
import com.intellij.openapi.project.Project;
import com.intellij.openapi.ui.popup.JBPopup;
import com.intellij.openapi.wm.StatusBar;
import com.intellij.openapi.wm.StatusBarWidget;
import com.intellij.openapi.wm.StatusBarWidgetFactory;
import javax.swing.JComponent;

/** The window of a project, as far as it has a status bar: says what the widget shows whenever it is repainted. */
final class ReportingWindow implements StatusBar {
  private final String name;
  private final StatusBarWidgetFactory factory;
  private final StatusBarWidget widget;

  ReportingWindow(String name, StatusBarWidgetFactory factory) {
    this.name = name;
    this.factory = factory;
    Project project = new Project() {};
    if (!factory.isAvailable(project)) throw new IllegalStateException("the widget is not available");
    widget = factory.createWidget(project);
  }

  /** As the IDE does when it opens a project: first the widget is installed, then it is drawn. */
  void open() {
    widget.install(this);
    draw();
  }

  void close() {
    factory.disposeWidget(widget);
  }

  JBPopup popup() {
    return presentation().getPopup();
  }

  @Override
  public JComponent getComponent() {
    return null;
  }

  @Override
  public void updateWidget(String id) {
    if (!id.equals(widget.ID())) throw new IllegalArgumentException("no widget " + id);
    draw();
  }

  private void draw() {
    JsonObject event = Report.event("widget");
    event.addProperty("window", name);
    event.addProperty("text", presentation().getSelectedValue());
    event.addProperty("tooltip", presentation().getTooltipText());
    event.addProperty("icon", String.valueOf(presentation().getIcon()));
    Report.say(event);
  }

  private StatusBarWidget.MultipleTextValuesPresentation presentation() {
    return (StatusBarWidget.MultipleTextValuesPresentation) widget.getPresentation();
  }
}
