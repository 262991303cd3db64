package dev.candela.jetbrains.actions;

import dev.candela.jetbrains.bridge.BridgeRequest;

public final class OpenDashboardAction extends BridgeAction {
  public OpenDashboardAction() {
    super(BridgeRequest.OPEN_DASHBOARD);
  }
}
