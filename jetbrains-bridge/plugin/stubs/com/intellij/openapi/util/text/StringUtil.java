package com.intellij.openapi.util.text;

public class StringUtil {
  public static String escapeXmlEntities(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
