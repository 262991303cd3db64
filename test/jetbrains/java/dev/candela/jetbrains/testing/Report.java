package dev.candela.jetbrains.testing;

import com.google.gson.JsonObject;

/** Says on standard output what a user would see, one JSON object a line. */
final class Report {
  private Report() {}

  static JsonObject event(String what) {
    JsonObject event = new JsonObject();
    event.addProperty("event", what);
    event.addProperty("thread", Thread.currentThread().getName());
    return event;
  }

  static synchronized void say(JsonObject event) {
    System.out.println(event);
    System.out.flush();
  }
}
