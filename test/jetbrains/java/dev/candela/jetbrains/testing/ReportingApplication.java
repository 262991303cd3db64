package dev.candela.jetbrains.testing;

import com.google.gson.JsonObject;
import com.intellij.ide.BrowserUtil;
import com.intellij.ide.DataManager;
import com.intellij.notification.Notification;
import com.intellij.notification.NotificationGroup;
import com.intellij.notification.NotificationGroupManager;
import com.intellij.openapi.Disposable;
import com.intellij.openapi.actionSystem.ActionManager;
import com.intellij.openapi.actionSystem.DataContext;
import com.intellij.openapi.application.Application;
import com.intellij.openapi.application.ModalityState;
import com.intellij.openapi.components.Service;
import com.intellij.openapi.ui.popup.JBPopupFactory;
import com.intellij.openapi.util.IconLoader;
import java.awt.Component;
import java.awt.Graphics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.swing.Icon;

/** An IDE as far as the plugin sees one: one UI thread, and services that are made when first asked for. */
final class ReportingApplication implements Application {
  static final String UI_THREAD = "UI";

  /** An icon that knows its file, which has to be there. */
  private record NamedIcon(String path) implements Icon {
    @Override
    public void paintIcon(Component component, Graphics graphics, int x, int y) {}

    @Override
    public int getIconWidth() {
      return 13;
    }

    @Override
    public int getIconHeight() {
      return 13;
    }

    @Override
    public String toString() {
      return path;
    }
  }

  private final ExecutorService uiThread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, UI_THREAD);
            thread.setDaemon(true);
            return thread;
          });
  private final Map<Class<?>, Object> services = new LinkedHashMap<>();

  ReportingApplication(PluginXml plugin) {
    services.put(ActionManager.class, plugin);
    services.put(JBPopupFactory.class, new ReportingPopups());
    services.put(BrowserUtil.Browser.class, (BrowserUtil.Browser) ReportingApplication::browsed);
    services.put(Notification.Balloons.class, (Notification.Balloons) ReportingApplication::notified);
    services.put(
        NotificationGroupManager.class,
        (NotificationGroupManager)
            groupId -> {
              if (!groupId.equals(plugin.notificationGroup())) throw new IllegalArgumentException(groupId);
              return new NotificationGroup(groupId);
            });
    services.put(
        IconLoader.Renderer.class,
        (IconLoader.Renderer)
            (path, resources) -> {
              if (resources.getResource(path) == null) throw new IllegalArgumentException("no " + path);
              return new NamedIcon(path);
            });
    services.put(
        DataManager.class,
        new DataManager() {
          @Override
          public DataContext getDataContext(Component component) {
            return dataId -> null;
          }
        });
  }

  @Override
  public void invokeLater(Runnable runnable) {
    uiThread.execute(runnable);
  }

  @Override
  public void invokeLater(Runnable runnable, ModalityState state) {
    uiThread.execute(runnable);
  }

  @Override
  public synchronized <T> T getService(Class<T> serviceClass) {
    return serviceClass.cast(services.computeIfAbsent(serviceClass, ReportingApplication::make));
  }

  /** As at the end of the IDE. */
  synchronized void dispose() {
    for (Object service : services.values()) {
      if (service instanceof Disposable disposable) disposable.dispose();
    }
  }

  private static Object make(Class<?> type) {
    if (!type.isAnnotationPresent(Service.class)) throw new IllegalArgumentException(type + " is no service");
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException cause) {
      throw new IllegalStateException(cause);
    }
  }

  private static void browsed(String url) {
    JsonObject event = Report.event("browser");
    event.addProperty("url", url);
    Report.say(event);
  }

  private static void notified(Notification notification) {
    JsonObject event = Report.event("notification");
    event.addProperty("type", notification.getType().name());
    event.addProperty("content", notification.getContent());
    Report.say(event);
  }
}
