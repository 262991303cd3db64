package dev.candela.jetbrains.actions;

import dev.candela.jetbrains.bridge.BridgeRequest;

public final class MarkLastGoodAction extends BridgeAction {
  public MarkLastGoodAction() {
    super(BridgeRequest.MARK_LAST_GOOD);
  }
}
