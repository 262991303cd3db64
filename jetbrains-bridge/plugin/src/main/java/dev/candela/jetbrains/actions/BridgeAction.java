package dev.candela.jetbrains.actions;

import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.project.DumbAwareAction;
import dev.candela.jetbrains.CandelaService;
import dev.candela.jetbrains.bridge.BridgeRequest;

/** An action that the bridge does; an action needs a class of its own, because {@code plugin.xml} names classes. */
abstract class BridgeAction extends DumbAwareAction {
  private final BridgeRequest request;

  BridgeAction(BridgeRequest request) {
    this.request = request;
  }

  @Override
  public final void actionPerformed(AnActionEvent event) {
    CandelaService.getInstance().run(request);
  }

  @Override
  public final ActionUpdateThread getActionUpdateThread() {
    return ActionUpdateThread.BGT;
  }
}
