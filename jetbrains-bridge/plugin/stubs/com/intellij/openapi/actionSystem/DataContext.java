package com.intellij.openapi.actionSystem;

public interface DataContext {
  Object getData(String dataId);
}
