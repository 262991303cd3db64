import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

type Connect = HttpAgent['createConnection'];

/** A connection on which nothing has come for so long is broken off. */
const SILENCE_MS = 10_000;

/**
 * Agents whose connections end by themselves. Google's library knows time limits as well, but what it calls through
 * throws an error that nobody can catch when one is over in the middle of a request.
 */
export function timedAgent({ protocol }: URL): HttpAgent {
  return protocol === 'http:' ? new TimedHttpAgent() : new TimedHttpsAgent();
}

class TimedHttpAgent extends HttpAgent {
  override createConnection(...args: Parameters<Connect>): ReturnType<Connect> {
    return timed(super.createConnection(...args));
  }
}

class TimedHttpsAgent extends HttpsAgent {
  override createConnection(...args: Parameters<Connect>): ReturnType<Connect> {
    return timed(super.createConnection(...args));
  }
}

function timed(connection: ReturnType<Connect>): ReturnType<Connect> {
  const socket = connection as Socket;
  socket.setTimeout(SILENCE_MS, () =>
    socket.destroy(Object.assign(new Error('it did not answer in time'), { code: 'ETIMEDOUT' })),
  );
  return socket;
}
