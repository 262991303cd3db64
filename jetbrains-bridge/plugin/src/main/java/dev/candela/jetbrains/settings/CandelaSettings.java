package dev.candela.jetbrains.settings;

import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.components.PersistentStateComponent;
import com.intellij.openapi.components.Service;
import com.intellij.openapi.components.State;
import com.intellij.openapi.components.Storage;

/** What the user has set, kept by the IDE in {@code candela.xml} of its configuration folder. */
@Service(Service.Level.APP)
@State(name = "Candela", storages = @Storage("candela.xml"))
public final class CandelaSettings implements PersistentStateComponent<CandelaSettings.Values> {
  /** Public fields, because the IDE reads and writes them by their names. */
  public static final class Values {
    /** Starts the bridge; empty: it is looked for. */
    public String commandLine = "";

    /** Empty: the daemon of this machine. */
    public String daemonUrl = "";

    public boolean startDaemon = true;
  }

  private volatile Values values = new Values();

  public static CandelaSettings getInstance() {
    return ApplicationManager.getApplication().getService(CandelaSettings.class);
  }

  @Override
  public Values getState() {
    return values;
  }

  @Override
  public void loadState(Values loaded) {
    values = loaded;
  }
}
