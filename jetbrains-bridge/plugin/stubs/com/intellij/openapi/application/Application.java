package com.intellij.openapi.application;

public interface Application {
  void invokeLater(Runnable runnable);

  void invokeLater(Runnable runnable, ModalityState state);

  <T> T getService(Class<T> serviceClass);
}
