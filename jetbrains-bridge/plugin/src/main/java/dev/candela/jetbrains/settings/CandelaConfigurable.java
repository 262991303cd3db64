package dev.candela.jetbrains.settings;

import com.intellij.openapi.options.Configurable;
import dev.candela.jetbrains.CandelaBundle;
import dev.candela.jetbrains.CandelaService;
import java.awt.BorderLayout;
import java.awt.GridLayout;
import javax.swing.JCheckBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextField;

/** Settings | Tools | Candela. */
public final class CandelaConfigurable implements Configurable {
  private final JTextField commandLine = new JTextField();
  private final JTextField daemonUrl = new JTextField();
  private final JCheckBox startDaemon = new JCheckBox(CandelaBundle.message("settings.startDaemon"));

  @Override
  public String getDisplayName() {
    return CandelaBundle.message("settings.name");
  }

  @Override
  public JComponent createComponent() {
    JPanel rows = new JPanel(new GridLayout(0, 1));
    addRow(rows, "settings.commandLine", commandLine);
    addRow(rows, "settings.daemonUrl", daemonUrl);
    rows.add(startDaemon);
    JPanel top = new JPanel(new BorderLayout());
    top.add(rows, BorderLayout.NORTH);
    return top;
  }

  @Override
  public boolean isModified() {
    CandelaSettings.Values values = CandelaSettings.getInstance().getState();
    return !commandLine.getText().equals(values.commandLine)
        || !daemonUrl.getText().equals(values.daemonUrl)
        || startDaemon.isSelected() != values.startDaemon;
  }

  @Override
  public void apply() {
    CandelaSettings.Values values = new CandelaSettings.Values();
    values.commandLine = commandLine.getText();
    values.daemonUrl = daemonUrl.getText();
    values.startDaemon = startDaemon.isSelected();
    CandelaSettings.getInstance().loadState(values);
    CandelaService.getInstance().restart();
  }

  @Override
  public void reset() {
    CandelaSettings.Values values = CandelaSettings.getInstance().getState();
    commandLine.setText(values.commandLine);
    daemonUrl.setText(values.daemonUrl);
    startDaemon.setSelected(values.startDaemon);
  }

  private static void addRow(JPanel rows, String key, JTextField field) {
    JLabel label = new JLabel(CandelaBundle.message(key));
    // Screen readers name a field by its label.
    label.setLabelFor(field);
    rows.add(label);
    rows.add(field);
  }
}
