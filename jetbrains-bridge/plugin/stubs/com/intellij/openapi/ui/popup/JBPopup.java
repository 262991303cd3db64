package com.intellij.openapi.ui.popup;

public interface JBPopup {
  void showInFocusCenter();
}
