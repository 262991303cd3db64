import * as vscode from 'vscode';

/** What Cursor adds to `vscode` for MCP servers (Cursor documentation, "Extension API"). */
export interface CursorMcp {
  registerServer(config: {
    readonly name: string;
    readonly server: {
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    };
  }): void;
  unregisterServer(name: string): void;
}

/** Undefined in every editor but Cursor. */
export function cursorMcp(): CursorMcp | undefined {
  const { cursor } = vscode as unknown as { readonly cursor?: { readonly mcp?: Partial<CursorMcp> } };
  const { mcp } = cursor ?? {};
  return typeof mcp?.registerServer === 'function' && typeof mcp.unregisterServer === 'function'
    ? (mcp as CursorMcp)
    : undefined;
}
