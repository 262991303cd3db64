import { isObject, type JsonObject } from '../gateway/wire/json-shape.ts';

/** No line of a runtime is longer; a longer one is no message. */
const MAX_LINE_BYTES = 1024 * 1024;

/**
 * The objects of a stream of newline-delimited JSON (https://github.com/ndjson/ndjson-spec), as Ollama sends them; a
 * character may be cut anywhere between two pieces. A line that is no object ends it with an error.
 */
export async function* jsonLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield objectIn(line);
    if (rest.length > MAX_LINE_BYTES) throw new SyntaxError('a line of the stream has no end');
  }
  if (rest.trim() !== '') yield objectIn(rest);
}

function objectIn(line: string): JsonObject {
  const value: unknown = JSON.parse(line);
  if (!isObject(value)) throw new SyntaxError('a line of the stream is no JSON object');
  return value;
}
