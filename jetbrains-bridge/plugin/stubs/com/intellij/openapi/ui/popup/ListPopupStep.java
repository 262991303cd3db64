package com.intellij.openapi.ui.popup;

import java.util.List;

public interface ListPopupStep<T> extends PopupStep<T> {
  List<T> getValues();
}
