package dev.candela.jetbrains.ui;

import com.intellij.ide.DataManager;
import com.intellij.openapi.actionSystem.ActionGroup;
import com.intellij.openapi.actionSystem.ActionManager;
import com.intellij.openapi.ui.popup.JBPopup;
import com.intellij.openapi.ui.popup.JBPopupFactory;
import com.intellij.openapi.wm.StatusBar;
import com.intellij.openapi.wm.StatusBarWidget;
import dev.candela.jetbrains.CandelaBundle;
import dev.candela.jetbrains.CandelaIcons;
import dev.candela.jetbrains.CandelaService;
import dev.candela.jetbrains.bridge.BridgeStatus;
import javax.swing.Icon;

/** Today's spend in the status bar of one window; a click opens the actions. */
final class StatusWidget implements StatusBarWidget, StatusBarWidget.MultipleTextValuesPresentation {
  /** As {@code plugin.xml} declares it. */
  static final String ACTION_GROUP = "Candela.Actions";

  private final Runnable repaint = this::repaint;
  private StatusBar statusBar;

  @Override
  public String ID() {
    return StatusWidgetFactory.ID;
  }

  @Override
  public WidgetPresentation getPresentation() {
    return this;
  }

  @Override
  public void install(StatusBar installedIn) {
    statusBar = installedIn;
    CandelaService.getInstance().addWidget(repaint);
  }

  @Override
  public void dispose() {
    if (statusBar == null) return;
    statusBar = null;
    CandelaService.getInstance().removeWidget(repaint);
  }

  /** Says how things stand in a word as well, for those who cannot see the icon or its colour. */
  @Override
  public String getSelectedValue() {
    BridgeStatus status = CandelaService.getInstance().status();
    return CandelaBundle.message("widget.text." + status.severity().key(), status.text());
  }

  @Override
  public String getTooltipText() {
    BridgeStatus status = CandelaService.getInstance().status();
    String tooltip = CandelaBundle.message("widget.tooltip." + status.severity().key(), status.tooltip());
    return "<html>" + IdeWindow.html(tooltip) + "</html>";
  }

  @Override
  public Icon getIcon() {
    return CandelaIcons.of(CandelaService.getInstance().status().severity());
  }

  @Override
  public JBPopup getPopup() {
    if (statusBar == null) return null;
    return JBPopupFactory.getInstance()
        .createActionGroupPopup(
            CandelaBundle.message("widget.popup"),
            (ActionGroup) ActionManager.getInstance().getAction(ACTION_GROUP),
            DataManager.getInstance().getDataContext(statusBar.getComponent()),
            JBPopupFactory.ActionSelectionAid.SPEEDSEARCH,
            false);
  }

  private void repaint() {
    if (statusBar != null) statusBar.updateWidget(StatusWidgetFactory.ID);
  }
}
