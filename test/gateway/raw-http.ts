import { connect, type Socket } from 'node:net';

/** What came back on a connection, read the simple way: one answer with a Content-Length, or none. */
export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The bytes of a request, with what a browser or an SDK would never send. */
export interface RawHttp {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly string[];
  /** Sent as it is, after the head. */
  readonly body?: string | Buffer;
  /** Close our side after these bytes, as a client does that dies. */
  readonly leaves?: boolean;
}

/** Sends one request over a socket of its own, byte by byte as given. Never rejects. */
export function sendRaw(origin: string, request: RawHttp): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin);
  const { method = 'POST', path, headers = [], body = '' } = request;
  const hasHost = headers.some((line) => /^host:/i.test(line));
  const head = [`${method} ${path} HTTP/1.1`, ...(hasHost ? [] : [`Host: ${host}`]), ...headers].join('\r\n');
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket: Socket = connect(Number(port), hostname);
    const finish = (): void => {
      socket.destroy();
      resolve(parse(Buffer.concat(received)) ?? { status: 0, headers: new Map(), body: '' });
    };
    socket.on('error', finish);
    socket.on('close', finish);
    socket.on('data', (chunk) => {
      received.push(chunk);
      if (parse(Buffer.concat(received)) !== undefined) finish();
    });
    socket.write(`${head}\r\n\r\n`);
    socket.write(body, () => {
      if (request.leaves) socket.end();
    });
  });
}

/** The framing of a body whose length is told. */
export function withLength(body: string | Buffer): readonly string[] {
  return ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`];
}

/** One body in chunked framing. */
export function chunked(body: Buffer, chunkBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const part = body.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

function parse(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const body = bytes.subarray(end + 4);
  if (body.length < Number(headers.get('content-length') ?? 0)) return undefined;
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.toString() };
}
