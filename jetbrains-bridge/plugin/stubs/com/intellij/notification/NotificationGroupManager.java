package com.intellij.notification;

import com.intellij.openapi.application.ApplicationManager;

public interface NotificationGroupManager {
  static NotificationGroupManager getInstance() {
    return ApplicationManager.getApplication().getService(NotificationGroupManager.class);
  }

  NotificationGroup getNotificationGroup(String groupId);
}
