package dev.candela.jetbrains.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.intellij.openapi.actionSystem.ActionGroup;
import com.intellij.openapi.actionSystem.DataContext;
import com.intellij.openapi.ui.popup.JBPopupFactory;
import com.intellij.openapi.ui.popup.ListPopup;
import com.intellij.openapi.ui.popup.ListPopupStep;
import java.util.List;

/** Says which popups appear; the last one that asked something can be answered. */
final class ReportingPopups extends JBPopupFactory {
  private ListPopupStep<String> asked;

  @Override
  public ListPopup createActionGroupPopup(
      String title,
      ActionGroup actionGroup,
      DataContext dataContext,
      ActionSelectionAid selectionAidMethod,
      boolean showDisabledActions) {
    return () -> report(title, ((PluginXml.Group) actionGroup).actionIds);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public ListPopup createListPopup(ListPopupStep step) {
    return () -> {
      asked = step;
      report(asked.getTitle(), asked.getValues());
    };
  }

  void choose(String title) {
    asked.onChosen(title, true);
    // Some popups say so after a choice as well.
    asked.canceled();
  }

  void dismiss() {
    asked.canceled();
  }

  private static void report(String title, List<String> items) {
    JsonObject event = Report.event("popup");
    event.addProperty("title", title);
    JsonArray array = new JsonArray();
    items.forEach(array::add);
    event.add("items", array);
    Report.say(event);
  }
}
