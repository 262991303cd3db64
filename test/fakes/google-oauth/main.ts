/**
 * The fake of Google's sign-in as a process of its own: `node main.ts <secret>` prints `{"port":…}` on its first line,
 * and ends when its stdin does.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createGoogleOAuth } from './server.ts';

const server = createGoogleOAuth(process.argv[2] ?? '');
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ port })}\n`);

process.stdin.resume();
await once(process.stdin, 'end');
server.close();
server.closeAllConnections();
