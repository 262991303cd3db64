package com.intellij.openapi.ui.popup.util;

import com.intellij.openapi.ui.popup.ListPopupStep;
import com.intellij.openapi.ui.popup.PopupStep;
import java.util.List;

public class BaseListPopupStep<T> implements ListPopupStep<T> {
  private final String title;
  private final List<T> values;

  public BaseListPopupStep(String title, List<? extends T> values) {
    this.title = title;
    this.values = List.copyOf(values);
  }

  @Override
  public String getTitle() {
    return title;
  }

  @Override
  public List<T> getValues() {
    return values;
  }

  @Override
  public PopupStep<?> onChosen(T selectedValue, boolean finalChoice) {
    return FINAL_CHOICE;
  }

  @Override
  public void canceled() {}

  @Override
  public boolean isSpeedSearchEnabled() {
    return false;
  }
}
