/**
 * The fake paid provider as a process of its own. `node main.ts '<options as JSON>'` listens on a free port of
 * 127.0.0.1, prints `{"port":…}` on its first line, and ends when its stdin does, so that it never outlives its test.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FakeProviderOptions } from './options.ts';
import { createFakeProvider } from './server.ts';

// Only start.ts calls this, with typed options.
const options = JSON.parse(process.argv[2] ?? '{}') as FakeProviderOptions;
const server = createFakeProvider(options);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ port })}\n`);

process.stdin.resume();
await once(process.stdin, 'end');
server.close();
server.closeAllConnections();
