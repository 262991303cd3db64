package com.intellij.notification;

public final class NotificationGroup {
  private final String displayId;

  public NotificationGroup(String displayId) {
    this.displayId = displayId;
  }

  public Notification createNotification(String content, NotificationType type) {
    return new Notification(displayId, content, type);
  }
}
