import { finished } from 'node:stream/promises';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { BridgeSession } from '../bridge-session.ts';
import { type ClientOptions, readClientOptions } from '../client-options.ts';
import { createDiagnostics } from '../diagnostics.ts';
import type { BridgeProcess } from '../run-bridge.ts';
import { guardInput } from './guarded-input.ts';
import { createMcpServer } from './mcp-server.ts';

/** Every tool asks when it is called; in between there is only what was kept to be sent. */
const POLL_INTERVAL_MS = 60_000;

/**
 * Serves MCP (stdio transport, the revision of 2025 and that of 2026) until standard input ends, which is how a
 * client ends a server; resolves with the exit code.
 */
export async function runMcp(
  host: BridgeProcess,
  settings: Partial<Pick<ClientOptions, 'daemonUrl' | 'autoStart'>> = {},
): Promise<number> {
  const { env, stdin, stdout, stderr, daemonScriptPath } = host;
  const diagnostics = createDiagnostics(stderr);
  const client = { ...readClientOptions({ candela: settings }), pollIntervalMs: POLL_INTERVAL_MS };
  const bridge = new BridgeSession({ env, daemonScriptPath, diagnostics, client });
  const input = guardInput(stdin, diagnostics);
  const transport = new StdioServerTransport(input, stdout);
  const onerror = ({ name }: Error) => diagnostics(`a message was not understood (${name})`);
  const server = serveStdio(() => createMcpServer(bridge), { transport, onerror });
  stdout.on('error', () => input.destroy());
  void bridge.start();
  // A destroyed input has ended, too.
  await finished(input).catch(() => {});
  await server.close();
  await bridge.stop();
  stdin.destroy();
  return 0;
}
