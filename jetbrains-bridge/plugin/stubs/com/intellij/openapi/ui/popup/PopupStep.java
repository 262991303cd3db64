package com.intellij.openapi.ui.popup;

public interface PopupStep<T> {
  PopupStep<?> FINAL_CHOICE = null;

  String getTitle();

  PopupStep<?> onChosen(T selectedValue, boolean finalChoice);

  void canceled();

  boolean isSpeedSearchEnabled();
}
