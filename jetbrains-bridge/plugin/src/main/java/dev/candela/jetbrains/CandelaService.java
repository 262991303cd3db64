package dev.candela.jetbrains;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.components.Service;
import com.intellij.util.EnvironmentUtil;
import com.intellij.util.concurrency.AppExecutorUtil;
import dev.candela.jetbrains.bridge.Backoff;
import dev.candela.jetbrains.bridge.BridgeCommand;
import dev.candela.jetbrains.bridge.BridgeEvents;
import dev.candela.jetbrains.bridge.BridgeKeeper;
import dev.candela.jetbrains.bridge.BridgeOptions;
import dev.candela.jetbrains.bridge.BridgeRequest;
import dev.candela.jetbrains.bridge.BridgeStatus;
import dev.candela.jetbrains.bridge.Severity;
import dev.candela.jetbrains.settings.CandelaSettings;
import dev.candela.jetbrains.ui.IdeWindow;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one bridge of this IDE, which all its windows share. It runs while a window shows it; the last widget that goes
 * ends it, and so does the end of the IDE or of this plugin.
 */
@Service(Service.Level.APP)
public final class CandelaService implements Disposable, BridgeEvents {
  private static final long FIRST_PAUSE_MS = 1_000;
  private static final long LONGEST_PAUSE_MS = 60_000;

  private final List<Runnable> widgets = new CopyOnWriteArrayList<>();
  private final BridgeKeeper keeper =
      new BridgeKeeper(
          new BridgeKeeper.Parts(
              () -> BridgeCommand.find(CandelaSettings.getInstance().getState().commandLine),
              CandelaService::options,
              CandelaService::processBuilder,
              AppExecutorUtil.getAppScheduledExecutorService(),
              new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS)),
          this);
  private volatile BridgeStatus status = starting();

  public static CandelaService getInstance() {
    return ApplicationManager.getApplication().getService(CandelaService.class);
  }

  public BridgeStatus status() {
    return status;
  }

  public void run(BridgeRequest request) {
    keeper.run(request);
  }

  /** @param onChange called on the UI thread whenever {@link #status} has changed */
  public synchronized void addWidget(Runnable onChange) {
    widgets.add(onChange);
    keeper.start();
  }

  public synchronized void removeWidget(Runnable onChange) {
    widgets.remove(onChange);
    if (!widgets.isEmpty()) return;
    keeper.stop();
    status = starting();
  }

  /** With the settings of now. */
  public synchronized void restart() {
    keeper.stop();
    statusChanged(starting());
    if (!widgets.isEmpty()) keeper.start();
  }

  @Override
  public void dispose() {
    keeper.stop();
  }

  @Override
  public void statusChanged(BridgeStatus changed) {
    status = changed;
    IdeWindow.later(() -> widgets.forEach(Runnable::run));
  }

  @Override
  public void tell(Kind kind, String message) {
    IdeWindow.tell(kind, message);
  }

  @Override
  public void ask(String question, List<String> titles, Consumer<String> answer) {
    IdeWindow.ask(question, titles, answer);
  }

  @Override
  public void open(String url) {
    IdeWindow.open(url);
  }

  private static BridgeStatus starting() {
    return new BridgeStatus(
        CandelaBundle.message("status.none"), CandelaBundle.message("bridge.starting"), Severity.STARTING);
  }

  private static BridgeOptions options() {
    CandelaSettings.Values values = CandelaSettings.getInstance().getState();
    return new BridgeOptions(values.daemonUrl, values.startDaemon);
  }

  private static ProcessBuilder processBuilder() {
    ProcessBuilder builder = new ProcessBuilder();
    // An IDE started from a desktop has not the environment that the user's shell has.
    builder.environment().putAll(EnvironmentUtil.getEnvironmentMap());
    return builder;
  }
}
