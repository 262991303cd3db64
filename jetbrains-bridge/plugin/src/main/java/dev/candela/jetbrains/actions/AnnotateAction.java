package dev.candela.jetbrains.actions;

import dev.candela.jetbrains.bridge.BridgeRequest;

public final class AnnotateAction extends BridgeAction {
  public AnnotateAction() {
    super(BridgeRequest.ANNOTATE);
  }
}
