package dev.candela.jetbrains.testing;

import com.intellij.openapi.actionSystem.ActionGroup;
import com.intellij.openapi.actionSystem.ActionManager;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.wm.StatusBarWidgetFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The plugin as its descriptor declares it: makes what is named there, by its name, as an IDE does. */
final class PluginXml extends ActionManager {
  /** A group, which does nothing itself. */
  static final class Group extends ActionGroup {
    final List<String> actionIds = new ArrayList<>();

    @Override
    public void actionPerformed(AnActionEvent event) {
      throw new UnsupportedOperationException();
    }
  }

  private final Document document;
  private final Map<String, AnAction> actions = new LinkedHashMap<>();

  PluginXml() throws IOException, ParserConfigurationException, SAXException, ReflectiveOperationException {
    try (InputStream input = PluginXml.class.getResourceAsStream("/META-INF/plugin.xml")) {
      document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(input);
    }
    for (Element group : elements("group")) {
      Group made = new Group();
      actions.put(group.getAttribute("id"), made);
      for (Element action : elements("action")) {
        String id = action.getAttribute("id");
        actions.put(id, make(AnAction.class, action.getAttribute("class")));
        made.actionIds.add(id);
      }
    }
  }

  String notificationGroup() {
    return elements("notificationGroup").get(0).getAttribute("id");
  }

  /** Refuses, as an IDE does, a factory that has another id than its declaration. */
  StatusBarWidgetFactory widgetFactory() throws ReflectiveOperationException {
    Element declared = elements("statusBarWidgetFactory").get(0);
    StatusBarWidgetFactory factory = make(StatusBarWidgetFactory.class, declared.getAttribute("implementation"));
    if (!factory.getId().equals(declared.getAttribute("id"))) {
      throw new IllegalStateException("the factory has the id " + factory.getId());
    }
    return factory;
  }

  @Override
  public AnAction getAction(String actionId) {
    AnAction action = actions.get(actionId);
    if (action == null) throw new IllegalArgumentException("no action " + actionId);
    return action;
  }

  private List<Element> elements(String name) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = document.getElementsByTagName(name);
    for (int index = 0; index < nodes.getLength(); index += 1) found.add((Element) nodes.item(index));
    return found;
  }

  private static <T> T make(Class<T> type, String className) throws ReflectiveOperationException {
    return type.cast(Class.forName(className).getConstructor().newInstance());
  }
}
