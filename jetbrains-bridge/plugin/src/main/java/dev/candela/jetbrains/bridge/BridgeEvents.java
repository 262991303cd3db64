package dev.candela.jetbrains.bridge;

import java.util.List;
import java.util.function.Consumer;

/** What a bridge wants of the IDE. Called on background threads. */
public interface BridgeEvents {
  enum Kind {
    INFO,
    WARNING,
    ERROR
  }

  void statusChanged(BridgeStatus status);

  /** A message that wants no answer; plain text, maybe of several lines. */
  void tell(Kind kind, String message);

  /** A question with titles to choose from. Answered with one of them, or {@code null} if it was closed. */
  void ask(String question, List<String> titles, Consumer<String> answer);

  /** Opens an address in the browser. */
  void open(String url);
}
