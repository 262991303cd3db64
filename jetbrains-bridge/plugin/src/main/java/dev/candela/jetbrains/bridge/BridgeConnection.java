package dev.candela.jetbrains.bridge;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One bridge process, spoken to in JSON-RPC with a message a line. Reading has a thread of its own, and so has writing,
 * because a process that hangs stops taking what is written to it, and whoever clicks must not wait for that.
 */
final class BridgeConnection {
  /** A message of ours has a few kilobytes. */
  static final int MAX_LINE_BYTES = 1 << 20;

  private static final long GRACE_MS = 2_000;
  private static final int INITIALIZE_ID = 1;

  private final Process process;
  private final BridgeEvents events;
  private final Writer output;
  private final ExecutorService writing =
      Executors.newSingleThreadExecutor(task -> daemonThread(task, "Candela bridge: writing"));
  private final AtomicLong lastId = new AtomicLong(INITIALIZE_ID);
  private final List<JsonObject> waitingForInitialize = new ArrayList<>();
  private boolean isInitialized;
  private volatile boolean isClosed;

  BridgeConnection(Process process, BridgeEvents events) {
    this.process = process;
    this.events = events;
    this.output = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** Completes with the exit code once the process is gone, whatever ended it. */
  CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  void start(BridgeOptions options) {
    daemonThread(this::readAll, "Candela bridge: reading").start();
    write(JsonRpc.request(INITIALIZE_ID, "initialize", options.initializeParams()));
  }

  void run(BridgeRequest request) {
    long id = lastId.incrementAndGet();
    writeInitialized(JsonRpc.request(id, "workspace/executeCommand", request.params()));
  }

  /** Asks the process to end, and ends it if it has not a moment later. Returns at once; a second call does nothing. */
  synchronized void close() {
    if (isClosed) return;
    isClosed = true;
    write(JsonRpc.request(lastId.incrementAndGet(), "shutdown", new JsonObject()));
    write(JsonRpc.notification("exit", new JsonObject()));
    writing.execute(this::closeOutput);
    writing.shutdown();
    endSoon();
  }

  private void readAll() {
    try (BoundedLineReader lines = new BoundedLineReader(process.getInputStream(), MAX_LINE_BYTES)) {
      for (String line = lines.readLine(); line != null && !isClosed; line = lines.readLine()) {
        JsonObject message = JsonRpc.parse(line);
        if (message != null) receive(message);
      }
    } catch (IOException pipeIsGone) {
      // The process is gone or about to be; `ended` says so.
    }
    // One that closes its output and stays would never be noticed.
    endSoon();
  }

  private void receive(JsonObject message) {
    String method = JsonRpc.text(message, "method");
    JsonElement id = message.get("id");
    JsonObject params = JsonRpc.object(message, "params");
    if (method.isEmpty()) receiveAnswer(message);
    else if (id == null) receiveNotification(method, params);
    else receiveRequest(id, method, params);
  }

  private void receiveAnswer(JsonObject message) {
    if (message.has("error")) {
      events.tell(BridgeEvents.Kind.WARNING, JsonRpc.text(JsonRpc.object(message, "error"), "message"));
    } else if (JsonRpc.text(message, "id").equals(String.valueOf(INITIALIZE_ID))) {
      initialized();
    }
  }

  private void receiveNotification(String method, JsonObject params) {
    switch (method) {
      case "candela/status" -> events.statusChanged(
          new BridgeStatus(
              JsonRpc.text(params, "text"),
              JsonRpc.text(params, "tooltip"),
              Severity.of(JsonRpc.text(params, "state"))));
      case "window/showMessage" -> events.tell(
          kindOf(JsonRpc.text(params, "type")), JsonRpc.text(params, "message"));
      default -> {
        // LSP has notifications that are nothing to us, and a later bridge may have more.
      }
    }
  }

  private void receiveRequest(JsonElement id, String method, JsonObject params) {
    switch (method) {
      case "window/showMessageRequest" -> ask(id, params);
      case "window/showDocument" -> write(JsonRpc.answer(id, showDocument(JsonRpc.text(params, "uri"))));
      default -> write(JsonRpc.refusal(id, JsonRpc.METHOD_NOT_FOUND, method + " is not known here"));
    }
  }

  private void ask(JsonElement id, JsonObject params) {
    List<String> titles =
        JsonRpc.objects(params, "actions").stream().map(action -> JsonRpc.text(action, "title")).toList();
    AtomicBoolean isAnswered = new AtomicBoolean();
    events.ask(
        JsonRpc.text(params, "message"),
        titles,
        title -> {
          // A popup that is closed after a choice says so a second time.
          if (isAnswered.compareAndSet(false, true)) write(JsonRpc.answer(id, chosen(title)));
        });
  }

  private static JsonElement chosen(String title) {
    if (title == null) return JsonNull.INSTANCE;
    JsonObject action = new JsonObject();
    action.addProperty("title", title);
    return action;
  }

  private JsonObject showDocument(String uri) {
    // Anything else could start a program.
    boolean isPage = uri.startsWith("http://") || uri.startsWith("https://");
    if (isPage) events.open(uri);
    JsonObject result = new JsonObject();
    result.add("success", new JsonPrimitive(isPage));
    return result;
  }

  /** LSP 3.17, "MessageType". */
  private static BridgeEvents.Kind kindOf(String type) {
    return switch (type) {
      case "1" -> BridgeEvents.Kind.ERROR;
      case "2" -> BridgeEvents.Kind.WARNING;
      default -> BridgeEvents.Kind.INFO;
    };
  }

  private synchronized void initialized() {
    if (isInitialized) return;
    isInitialized = true;
    write(JsonRpc.notification("initialized", new JsonObject()));
    waitingForInitialize.forEach(this::write);
    waitingForInitialize.clear();
  }

  private synchronized void writeInitialized(JsonObject message) {
    if (isInitialized) write(message);
    else waitingForInitialize.add(message);
  }

  private synchronized void write(JsonObject message) {
    if (writing.isShutdown()) return;
    writing.execute(
        () -> {
          try {
            output.write(message + "\n");
            output.flush();
          } catch (IOException pipeIsGone) {
            endSoon();
          }
        });
  }

  private void closeOutput() {
    try {
      output.close();
    } catch (IOException pipeIsGone) {
      endSoon();
    }
  }

  private void endSoon() {
    CompletableFuture.delayedExecutor(GRACE_MS, TimeUnit.MILLISECONDS).execute(process::destroyForcibly);
  }

  private static Thread daemonThread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
