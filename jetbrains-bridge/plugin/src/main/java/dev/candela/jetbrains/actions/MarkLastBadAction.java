package dev.candela.jetbrains.actions;

import dev.candela.jetbrains.bridge.BridgeRequest;

public final class MarkLastBadAction extends BridgeAction {
  public MarkLastBadAction() {
    super(BridgeRequest.MARK_LAST_BAD);
  }
}
