/** The bridge: one Node process on stdio between an editor (LSP, or MCP for its agent) and the daemon. */
export { bridgeMain, type BridgeMainOptions } from './bridge-main.ts';
export { type BridgeOptions, type BridgeProcess, runBridge } from './run-bridge.ts';
export { runMcp } from './mcp/run-mcp.ts';
