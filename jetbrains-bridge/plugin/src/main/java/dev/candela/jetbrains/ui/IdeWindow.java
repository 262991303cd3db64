package dev.candela.jetbrains.ui;

import com.intellij.ide.BrowserUtil;
import com.intellij.notification.NotificationGroupManager;
import com.intellij.notification.NotificationType;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.application.ModalityState;
import com.intellij.openapi.ui.popup.JBPopupFactory;
import com.intellij.openapi.util.text.StringUtil;
import dev.candela.jetbrains.bridge.BridgeEvents;
import java.util.List;
import java.util.function.Consumer;

/** What the plugin makes appear in the IDE, from whatever thread. */
public final class IdeWindow {
  /** As {@code plugin.xml} declares it. */
  static final String NOTIFICATION_GROUP = "Candela";

  private IdeWindow() {}

  /** Runs it on the UI thread, even while a dialog is open: the status bar can still be seen then. */
  public static void later(Runnable task) {
    ApplicationManager.getApplication().invokeLater(task, ModalityState.any());
  }

  public static void tell(BridgeEvents.Kind kind, String message) {
    NotificationType type =
        switch (kind) {
          case INFO -> NotificationType.INFORMATION;
          case WARNING -> NotificationType.WARNING;
          case ERROR -> NotificationType.ERROR;
        };
    NotificationGroupManager.getInstance()
        .getNotificationGroup(NOTIFICATION_GROUP)
        .createNotification(html(message), type)
        .notify(null);
  }

  /** Answered with one of the titles, or with {@code null} if the list is closed. */
  public static void ask(String question, List<String> titles, Consumer<String> answer) {
    // Not `later`: a list must not open over a dialog that it has nothing to do with.
    ApplicationManager.getApplication()
        .invokeLater(
            () ->
                JBPopupFactory.getInstance()
                    .createListPopup(new QuestionStep(question, titles, answer))
                    .showInFocusCenter());
  }

  public static void open(String url) {
    BrowserUtil.browse(url);
  }

  /** Plain text as it must be given where the IDE shows HTML: nothing in it is markup, its lines stay lines. */
  static String html(String text) {
    return StringUtil.escapeXmlEntities(text).replace("\n", "<br>");
  }
}
