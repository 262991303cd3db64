import { McpServer } from '@modelcontextprotocol/server';
import type { BridgeSession } from '../bridge-session.ts';
import { VERSION } from '../../version.ts';
import { registerPrompts } from './prompts.ts';
import { registerTools } from './tools.ts';

/** Spend, recent calls and annotations for an agent: three tools, and a prompt for each. */
export function createMcpServer(bridge: BridgeSession): McpServer {
  const server = new McpServer({ name: 'candela', title: 'Candela', version: VERSION });
  registerTools(server, bridge);
  registerPrompts(server);
  return server;
}
