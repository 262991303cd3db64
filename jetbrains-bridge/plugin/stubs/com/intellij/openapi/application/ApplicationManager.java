package com.intellij.openapi.application;

public class ApplicationManager {
  private static volatile Application application;

  public static Application getApplication() {
    return application;
  }

  public static void setApplication(Application instance) {
    application = instance;
  }
}
