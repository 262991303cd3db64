package com.intellij.openapi.actionSystem;

public abstract class AnAction {
  public abstract void actionPerformed(AnActionEvent e);

  public ActionUpdateThread getActionUpdateThread() {
    return ActionUpdateThread.EDT;
  }
}
