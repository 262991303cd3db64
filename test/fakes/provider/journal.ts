import type { IncomingMessage, ServerResponse } from 'node:http';

/** How the exchange ended: `answered` in full, by the fake's own cut, or because the client went away. */
export type ExchangeEnd = 'open' | 'answered' | 'cut_by_fake' | 'client_gone';

/** One request as it reached the fake. Times are milliseconds since the epoch. */
export interface RecordedRequest {
  sequence: number;
  method: string;
  /** Path and query, as sent. */
  path: string;
  httpVersion: string;
  /** Header fields in order and case as sent. */
  rawHeaders: [name: string, value: string][];
  /** The same, lower-cased, repeated fields joined by a comma. */
  headers: Record<string, string>;
  /** UTF-8. */
  body: string;
  receivedAtMs: number;
  end: ExchangeEnd;
  endedAtMs: number | null;
  /** Status of the answer once its head was sent. */
  status: number | null;
  /** Body bytes handed to the socket, content encoding included, framing not. */
  bodyBytesSent: number;
}

/** What the fake was asked, in order of arrival. */
export class Journal {
  #entries: RecordedRequest[] = [];
  #sequence = 0;

  /** Starts an entry, and ends it by itself when the answer is closed. */
  open(request: IncomingMessage, response: ServerResponse): RecordedRequest {
    const rawHeaders: [string, string][] = [];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      rawHeaders.push([request.rawHeaders[index] ?? '', request.rawHeaders[index + 1] ?? '']);
    }
    const entry: RecordedRequest = {
      sequence: this.#sequence++,
      method: request.method ?? '',
      path: request.url ?? '',
      httpVersion: request.httpVersion,
      rawHeaders,
      headers: joined(rawHeaders),
      body: '',
      receivedAtMs: Date.now(),
      end: 'open',
      endedAtMs: null,
      status: null,
      bodyBytesSent: 0,
    };
    this.#entries.push(entry);
    response.once('close', () => {
      if (entry.end === 'open') entry.end = response.writableFinished ? 'answered' : 'client_gone';
      entry.endedAtMs = Date.now();
    });
    return entry;
  }

  entries(): RecordedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}

function joined(rawHeaders: [string, string][]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of rawHeaders) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}
