import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AbstractMessageReader, type DataCallback, type MessageReader } from 'vscode-languageserver/node';
import type { Fault, MessageDecoder } from './message-decoder.ts';

/**
 * The way in of a connection. Hands on one message a turn of the event loop and reads no further meanwhile, so that
 * a client that writes faster than it is answered fills its own pipe and not our memory.
 */
export class StdioMessageReader extends AbstractMessageReader implements MessageReader {
  readonly #input: Readable;
  readonly #decoder: MessageDecoder;
  readonly #onFault: (fault: Fault) => void;
  #isDisposed = false;

  constructor(input: Readable, decoder: MessageDecoder, onFault: (fault: Fault) => void) {
    super();
    this.#input = input;
    this.#decoder = decoder;
    this.#onFault = onFault;
  }

  listen(callback: DataCallback): { dispose(): void } {
    void this.#readAll(callback);
    return { dispose: () => this.dispose() };
  }

  override dispose(): void {
    this.#isDisposed = true;
    super.dispose();
  }

  async #readAll(callback: DataCallback): Promise<void> {
    try {
      for await (const chunk of this.#input) {
        for (const decoded of this.#decoder.push(chunk as Buffer)) {
          if (this.#isDisposed) return;
          if ('message' in decoded) callback(decoded.message);
          else this.#onFault(decoded.fault);
          await nextTurn();
        }
      }
    } catch (error) {
      if (!isPrematureClose(error)) this.fireError(error);
    }
    this.fireClose();
  }
}

/** The stream was destroyed, by us at the end or with the pipe: an end like another. */
function isPrematureClose(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
