import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** How every HTTP/2 connection begins when nobody negotiated it: RFC 9113 section 3.4. No HTTP/1.1 method does. */
const HTTP2_PREFACE_START = Buffer.from('PRI');

/** A connection that says nothing for this long is closed. */
const SILENT_CONNECTION_MS = 60_000;

/** How often a drain looks for connections that have become idle. */
const SWEEP_MS = 20;

/** The server, and an end to it that lets what is under way finish. */
export interface DualProtocolServer {
  readonly server: Server;
  /** Takes no new connections, closes idle ones, and resolves when the last one is gone. */
  drain(): Promise<void>;
  /** Cuts whatever is still connected. */
  cut(): void;
}

/**
 * One port for HTTP/1.1 and for HTTP/2 without TLS, told apart by their first bytes: gRPC clients speak the
 * latter, everything else the former.
 */
export function createDualProtocolServer(
  handler: (req: IncomingMessage, res: ServerResponse) => void,
): DualProtocolServer {
  const server = createServer(handler);
  // The compatibility API of node:http2 is the same to a handler.
  const http2 = createHttp2Server(handler as unknown as Parameters<typeof createHttp2Server>[1]);
  const sessions = new Set<ServerHttp2Session>();
  const undecided = new Set<Socket>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  http2.on('sessionError', () => {
    // The peer's fault, and its session is gone; nobody is left to tell.
  });

  const http1Connection = server.listeners('connection')[0] as (socket: Socket) => void;
  server.removeListener('connection', http1Connection);
  server.on('connection', (socket: Socket) => {
    undecided.add(socket);
    socket.setTimeout(SILENT_CONNECTION_MS, () => socket.destroy());
    socket.on('error', ignoreReset);
    socket.once('close', () => undecided.delete(socket));
    decide(socket, (isHttp2) => {
      undecided.delete(socket);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.removeListener('error', ignoreReset);
      if (isHttp2) http2.emit('connection', socket);
      else http1Connection.call(server, socket);
    });
  });

  return {
    server,
    drain: () =>
      new Promise((resolve) => {
        // A connection whose answer is still under way becomes idle only later, and would stay for its keep-alive.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        server.close(() => {
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
        for (const session of sessions) session.close();
        for (const socket of undecided) socket.destroy();
      }),
    cut() {
      server.closeAllConnections();
      for (const session of sessions) session.destroy();
    },
  };
}

/**
 * Looks at a connection's first bytes and puts them back. Only once they are enough: what is put back is readable
 * again at once, and looking at it in turn would leave this process no time for anything else.
 */
function decide(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const leave = (): void => void socket.destroy();
  const look = (): void => {
    for (let piece = nextPiece(socket); piece !== null; piece = nextPiece(socket)) {
      seen = Buffer.concat([seen, piece]);
    }
    const compared = Math.min(seen.length, HTTP2_PREFACE_START.length);
    const mayBeHttp2 = seen.subarray(0, compared).equals(HTTP2_PREFACE_START.subarray(0, compared));
    if (mayBeHttp2 && compared < HTTP2_PREFACE_START.length) return;
    socket.off('readable', look).off('end', leave);
    socket.unshift(seen);
    decided(mayBeHttp2);
  };
  socket.on('readable', look).once('end', leave);
}

function nextPiece(socket: Socket): Buffer | null {
  return socket.read() as Buffer | null;
}

function ignoreReset(): void {
  // A client that leaves before it has said anything is no event.
}
