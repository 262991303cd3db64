package dev.candela.jetbrains.bridge;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/** JSON-RPC 2.0 messages, made and taken apart; a field that is not as it should be counts as missing. */
final class JsonRpc {
  static final int METHOD_NOT_FOUND = -32601;

  private JsonRpc() {}

  /** {@code null} if the line is not a JSON object. */
  static JsonObject parse(String line) {
    try {
      JsonElement element = JsonParser.parseString(line);
      return element.isJsonObject() ? element.getAsJsonObject() : null;
    } catch (JsonParseException notJson) {
      return null;
    }
  }

  static JsonObject request(long id, String method, JsonObject params) {
    JsonObject message = notification(method, params);
    message.addProperty("id", id);
    return message;
  }

  static JsonObject notification(String method, JsonObject params) {
    JsonObject message = message();
    message.addProperty("method", method);
    message.add("params", params);
    return message;
  }

  static JsonObject answer(JsonElement id, JsonElement result) {
    JsonObject message = message();
    message.add("id", id);
    message.add("result", result);
    return message;
  }

  static JsonObject refusal(JsonElement id, int code, String reason) {
    JsonObject error = new JsonObject();
    error.addProperty("code", code);
    error.addProperty("message", reason);
    JsonObject message = message();
    message.add("id", id);
    message.add("error", error);
    return message;
  }

  /** A string, or a number as it was written; empty where it is missing. */
  static String text(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  /** Empty where it is missing. */
  static JsonObject object(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value != null && value.isJsonObject() ? value.getAsJsonObject() : new JsonObject();
  }

  static List<JsonObject> objects(JsonObject object, String name) {
    List<JsonObject> found = new ArrayList<>();
    JsonElement value = object.get(name);
    for (JsonElement each : value != null && value.isJsonArray() ? value.getAsJsonArray() : new JsonArray()) {
      if (each.isJsonObject()) found.add(each.getAsJsonObject());
    }
    return found;
  }

  private static JsonObject message() {
    JsonObject message = new JsonObject();
    message.addProperty("jsonrpc", "2.0");
    return message;
  }
}
