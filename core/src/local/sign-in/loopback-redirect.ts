import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signInPage } from './sign-in-page.ts';

/** What the browser came back with, once. */
export interface Redirect {
  /** Trade it for tokens; absent if there was no consent. */
  readonly code: string | undefined;
  /** RFC 6749 section 4.1.2.1: `access_denied` and its like. */
  readonly error: string | undefined;
  /** What the person in front of the browser is told. */
  show(outcome: { readonly isSignedIn: boolean; readonly text: string }): void;
}

/** Where a browser comes back to after a sign-in: RFC 8252 section 7.3. */
export interface RedirectListener {
  readonly redirectUri: string;
  readonly redirect: Promise<Redirect>;
  close(): void;
}

const PATH = '/candela/sign-in';
const NOWHERE = new URL('http://127.0.0.1/');

/**
 * Listens on a free port of 127.0.0.1 for one answer. Only one that carries the state that was sent out ends the
 * wait: any page in any browser on this machine can call this address.
 *
 * @param onStray told of each answer that is of another sign-in.
 */
export async function listenForRedirect(state: string, onStray: () => void): Promise<RedirectListener> {
  const { promise: redirect, resolve } = Promise.withResolvers<Redirect>();
  let isOver = false;
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    // Anybody on this machine can send a path that is none.
    const { pathname, searchParams } = URL.parse(req.url ?? '/', 'http://127.0.0.1') ?? NOWHERE;
    const show = (status: number, isSignedIn: boolean, text: string): void =>
      sendPage(res, status, { isSignedIn, text });
    if (req.method !== 'GET' || pathname !== PATH) {
      show(404, false, 'There is nothing here.');
    } else if (!isSame(searchParams.get('state') ?? '', state)) {
      onStray();
      show(
        400,
        false,
        'This is the answer to another sign-in. Go back to the terminal, and use the address that it shows.',
      );
    } else if (isOver) {
      show(400, false, 'This sign-in has been answered already.');
    } else {
      isOver = true;
      resolve({
        code: searchParams.get('code') ?? undefined,
        error: searchParams.get('error') ?? undefined,
        show: ({ isSignedIn, text }) => show(isSignedIn ? 200 : 400, isSignedIn, text),
      });
    }
  };
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 16 * 1024 }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    redirect,
    close() {
      server.close();
      // The page may still be on its way; a connection that says nothing must not hold up the program's end.
      setTimeout(() => server.closeAllConnections(), 1_000).unref();
    },
  };
}

function sendPage(
  res: ServerResponse,
  status: number,
  outcome: { readonly isSignedIn: boolean; readonly text: string },
): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    // The address holds the code.
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  res.end(signInPage(outcome));
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
