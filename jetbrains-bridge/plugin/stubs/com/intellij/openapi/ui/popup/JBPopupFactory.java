package com.intellij.openapi.ui.popup;

import com.intellij.openapi.actionSystem.ActionGroup;
import com.intellij.openapi.actionSystem.DataContext;
import com.intellij.openapi.application.ApplicationManager;

public abstract class JBPopupFactory {
  public enum ActionSelectionAid {
    NUMBERING,
    ALPHA_NUMBERING,
    SPEEDSEARCH,
    MNEMONICS
  }

  public static JBPopupFactory getInstance() {
    return ApplicationManager.getApplication().getService(JBPopupFactory.class);
  }

  public abstract ListPopup createActionGroupPopup(
      String title,
      ActionGroup actionGroup,
      DataContext dataContext,
      ActionSelectionAid selectionAidMethod,
      boolean showDisabledActions);

  @SuppressWarnings("rawtypes")
  public abstract ListPopup createListPopup(ListPopupStep step);
}
