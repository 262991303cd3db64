package com.intellij.notification;

import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.project.Project;
import java.util.function.Consumer;

public class Notification {
  /** Stands for the balloons; the platform has another way to them. */
  public interface Balloons extends Consumer<Notification> {}

  private final String groupId;
  private final String content;
  private final NotificationType type;

  public Notification(String groupId, String content, NotificationType type) {
    this.groupId = groupId;
    this.content = content;
    this.type = type;
  }

  public String getGroupId() {
    return groupId;
  }

  public String getContent() {
    return content;
  }

  public NotificationType getType() {
    return type;
  }

  public void notify(Project project) {
    ApplicationManager.getApplication().getService(Balloons.class).accept(this);
  }
}
