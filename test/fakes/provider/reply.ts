/** Header fields in order, names as they stand on the wire; a name may come twice. */
export type HeaderList = [name: string, value: string][];

/** A whole answer before any fault touches it. `parts` are the events of a stream, or the one body. */
export interface Reply {
  status: number;
  headers: HeaderList;
  streamed: boolean;
  parts: Buffer[];
}

export function jsonReply(status: number, headers: HeaderList, body: unknown, indent = 0): Reply {
  return {
    status,
    headers: [['Content-Type', 'application/json'], ...headers],
    streamed: false,
    parts: [Buffer.from(JSON.stringify(body, null, indent))],
  };
}

export function streamReply(headers: HeaderList, events: string[]): Reply {
  return {
    status: 200,
    headers: [
      ['Content-Type', 'text/event-stream; charset=utf-8'],
      ['Cache-Control', 'no-cache'],
      ...headers,
    ],
    streamed: true,
    parts: events.map((event) => Buffer.from(event)),
  };
}

/** An event of server-sent events with a data line only. Source: WHATWG HTML, "Server-sent events". */
export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** An event with a name, which both providers repeat as `type` inside the data. */
export function namedEvent(type: string, members: object): string {
  return `event: ${type}\n${dataEvent({ type, ...members })}`;
}
