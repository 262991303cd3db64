import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitUntil } from '../harness/wait-until.ts';
import type { Fault } from './provider/fault.ts';
import { Hold } from './provider/hold.ts';
import { Journal, type RecordedRequest } from './provider/journal.ts';
import { readBody } from './provider/read-body.ts';
import type { Reply } from './provider/reply.ts';
import { send } from './provider/send.ts';

/** A request as a fake looks at it. */
export interface ReceivedRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  rawHeaders: string[];
  body: string;
}

/** A fake in this process, listening on a free port of 127.0.0.1. */
export interface FakeServer {
  url: string;
  /** Since the start or the last reset, in order of arrival. */
  requests(): RecordedRequest[];
  /** The requests, once this many have ended. @throws Error if they do not. */
  endedRequests(count: number): Promise<RecordedRequest[]>;
  /** Forgets requests, and lets held answers go on. */
  reset(): void;
  /** Ends every connection. */
  stop(): Promise<void>;
}

/** Starts a fake that answers with what `answer` says, faults and all. */
export async function startFakeServer(
  answer: (request: ReceivedRequest) => { reply: Reply; faults: Fault[] },
): Promise<FakeServer> {
  const journal = new Journal();
  const hold = new Hold();
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const entry = journal.open(request, response);
    const { text, complete } = await readBody(request);
    entry.body = text;
    if (!complete) return;
    const { method = '', url = '', headers, rawHeaders } = request;
    const { reply, faults } = answer({ method, url, headers, rawHeaders, body: text });
    await send(response, reply, faults, entry, () => hold.wait());
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => journal.entries(),
    endedRequests: (count) =>
      waitUntil({
        what: `${count} requests to end`,
        probe: () => {
          const entries = journal.entries();
          return entries.length === count && entries.every(({ end }) => end !== 'open') ? entries : undefined;
        },
      }),
    reset() {
      journal.clear();
      hold.release();
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
