import * as vscode from 'vscode';
import { messages } from '../messages.ts';
import type { ExtensionSettings } from '../settings.ts';
import { type CursorMcp, cursorMcp } from './cursor-api.ts';

/** As in the manifest's `mcpServerDefinitionProviders`. */
export const MCP_PROVIDER_ID = 'candela.mcp';

/** The name in Cursor's list. */
const CURSOR_SERVER_NAME = 'candela';

/** How to run the MCP server that comes with the extension: `candela mcp`, on stdio. */
export interface McpCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

/**
 * Run by the editor itself, which is Electron on a desktop and there made to behave as Node. Asks the same daemon as the
 * status bar, so that an agent is never told another figure.
 */
export function bundledMcpCommand(
  scriptPath: string,
  { packageJSON }: vscode.Extension<unknown>,
  { url, autoStart }: ExtensionSettings['daemon'],
): McpCommand {
  const { version } = packageJSON as { readonly version: string };
  const { CANDELA_HOME: home } = process.env;
  return {
    command: process.execPath,
    args: [
      ...[scriptPath, 'mcp'],
      ...(url === '' ? [] : ['--daemon-url', url]),
      ...(autoStart ? [] : ['--no-start']),
    ],
    env: { ELECTRON_RUN_AS_NODE: '1', ...(home !== undefined && { CANDELA_HOME: home }) },
    version,
  };
}

export interface McpServerOptions {
  /** Asked anew each time, because settings may have changed. Undefined: there is to be none. */
  readonly command: () => McpCommand | undefined;
  /** Where to register it in Cursor; found by itself. */
  readonly cursor?: CursorMcp | undefined;
}

/**
 * Offers Candela's MCP server to the editor's agents: by VS Code's API, or by Cursor's own where there is that. The
 * editor starts and stops it, after asking its user.
 */
export class McpServer {
  readonly #options: McpServerOptions;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #cursor: CursorMcp | undefined;
  readonly #registration: vscode.Disposable | undefined;

  constructor(options: McpServerOptions) {
    this.#options = options;
    this.#cursor = options.cursor ?? cursorMcp();
    if (this.#cursor === undefined && typeof vscode.lm?.registerMcpServerDefinitionProvider === 'function') {
      this.#registration = vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER_ID, {
        onDidChangeMcpServerDefinitions: this.#changes.event,
        provideMcpServerDefinitions: () => this.definitions(),
      });
    }
    this.#tellCursor();
  }

  /** What VS Code is told. */
  definitions(): vscode.McpStdioServerDefinition[] {
    const run = this.#options.command();
    if (run === undefined) return [];
    const { command, args, env, version } = run;
    return [
      new vscode.McpStdioServerDefinition(messages.mcpServer(), command, [...args], { ...env }, version),
    ];
  }

  /** The settings have changed. */
  changed(): void {
    this.#changes.fire();
    this.#tellCursor();
  }

  dispose(): void {
    this.#registration?.dispose();
    this.#changes.dispose();
    this.#cursor?.unregisterServer(CURSOR_SERVER_NAME);
  }

  #tellCursor(): void {
    const run = this.#options.command();
    if (run === undefined) this.#cursor?.unregisterServer(CURSOR_SERVER_NAME);
    else {
      const { command, args, env } = run;
      this.#cursor?.registerServer({ name: CURSOR_SERVER_NAME, server: { command, args, env } });
    }
  }
}
