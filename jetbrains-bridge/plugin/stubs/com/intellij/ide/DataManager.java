package com.intellij.ide;

import com.intellij.openapi.actionSystem.DataContext;
import com.intellij.openapi.application.ApplicationManager;
import java.awt.Component;

public abstract class DataManager {
  public static DataManager getInstance() {
    return ApplicationManager.getApplication().getService(DataManager.class);
  }

  public abstract DataContext getDataContext(Component component);
}
