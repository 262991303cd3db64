/**
 * A program that starts, or fails to start, as a daemon does: it listens on the port of its first argument,
 * says where in the discovery file, and ends with one line on stderr when the port is taken.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeDiscovery } from '../../local/discovery-file.ts';

const { CANDELA_HOME: home = '' } = process.env;
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"status":"ok"}');
});
server.on('error', (error) => {
  process.stderr.write(`\nport is taken: ${error.message}\n\n`);
  process.exit(1);
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  writeDiscovery(home, {
    pid: process.pid,
    port,
    url,
    version: '0',
    startedAt: new Date().toISOString(),
  });
});
