import { createParser } from 'eventsource-parser';

/** More than this in one event is no chat. */
const MAX_EVENT_CHARS = 10 * 1024 * 1024;

/**
 * The data of each event of a `text/event-stream` (WHATWG HTML, "Server-sent events"), as its bytes arrive. Whoever
 * stops reading early ends the connection.
 *
 * @throws Error if an event is too big.
 */
export async function* serverSentData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const arrived: string[] = [];
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({ data }) => void arrived.push(data),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw error;
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let hasEnded = false;
  try {
    while (!hasEnded) {
      const { done, value } = await reader.read();
      hasEnded = done;
      // Some servers leave out the blank line behind the last event.
      parser.feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    // Otherwise the provider would go on writing, and charging.
    if (!hasEnded) await reader.cancel().catch(() => {});
  }
}
