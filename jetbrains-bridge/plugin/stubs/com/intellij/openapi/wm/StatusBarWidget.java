package com.intellij.openapi.wm;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.ui.popup.JBPopup;
import javax.swing.Icon;

public interface StatusBarWidget extends Disposable {
  String ID();

  default WidgetPresentation getPresentation() {
    return null;
  }

  void install(StatusBar statusBar);

  interface WidgetPresentation {
    String getTooltipText();
  }

  interface MultipleTextValuesPresentation extends WidgetPresentation {
    default JBPopup getPopup() {
      return null;
    }

    String getSelectedValue();

    default Icon getIcon() {
      return null;
    }
  }
}
