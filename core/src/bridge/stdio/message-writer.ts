import type { Writable } from 'node:stream';
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-languageserver/node';

/** `lsp`: headers with `Content-Length`; `ndjson`: one message a line, in which JSON escapes every line end. */
export type Framing = 'lsp' | 'ndjson';

/**
 * The way out of a connection. A write that fails is not reported here, where it would be answered by another write,
 * but by the stream's own `error`, which ends the bridge.
 */
export class StdioMessageWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #output: Writable;
  readonly #framing: Framing;

  constructor(output: Writable, framing: Framing) {
    super();
    this.#output = output;
    this.#framing = framing;
  }

  write(message: Message): Promise<void> {
    const json = JSON.stringify(message);
    const framed =
      this.#framing === 'ndjson' ? `${json}\n` : `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
    return new Promise((resolve) => {
      this.#output.write(framed, () => resolve());
    });
  }

  end(): void {
    this.#output.end();
  }
}
