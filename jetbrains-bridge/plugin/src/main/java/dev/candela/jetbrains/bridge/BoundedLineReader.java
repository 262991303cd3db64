package dev.candela.jetbrains.bridge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads lines of UTF-8 and passes over those that are too long, so that a bridge gone wrong cannot fill the IDE's
 * memory, which {@link java.io.BufferedReader#readLine} would let it do.
 */
final class BoundedLineReader implements Closeable {
  private final InputStream input;
  private final int maxBytes;

  BoundedLineReader(InputStream input, int maxBytes) {
    this.input = new BufferedInputStream(input);
    this.maxBytes = maxBytes;
  }

  /** The next line that is short enough, without its end; {@code null} at the end of the stream. */
  String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean isTooLong = false;
    for (int next = input.read(); next >= 0; next = input.read()) {
      if (next != '\n') {
        if (line.size() < maxBytes) line.write(next);
        else isTooLong = true;
      } else if (isTooLong) {
        line.reset();
        isTooLong = false;
      } else {
        return line.toString(StandardCharsets.UTF_8);
      }
    }
    // What a process that was killed had begun to write is no line.
    return null;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
