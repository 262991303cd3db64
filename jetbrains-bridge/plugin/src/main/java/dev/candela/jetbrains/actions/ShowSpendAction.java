package dev.candela.jetbrains.actions;

import dev.candela.jetbrains.bridge.BridgeRequest;

public final class ShowSpendAction extends BridgeAction {
  public ShowSpendAction() {
    super(BridgeRequest.SHOW_SPEND);
  }
}
