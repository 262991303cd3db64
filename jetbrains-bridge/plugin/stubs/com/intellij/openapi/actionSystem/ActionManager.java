package com.intellij.openapi.actionSystem;

import com.intellij.openapi.application.ApplicationManager;

public abstract class ActionManager {
  public static ActionManager getInstance() {
    return ApplicationManager.getApplication().getService(ActionManager.class);
  }

  public abstract AnAction getAction(String actionId);
}
