package com.intellij.openapi.wm;

import javax.swing.JComponent;

public interface StatusBar {
  JComponent getComponent();

  void updateWidget(String id);
}
