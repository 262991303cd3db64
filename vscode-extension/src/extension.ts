import * as vscode from 'vscode';
import type { StatusModel } from '@candela/core/client';
import { COMMAND_IDS } from './command-ids.ts';
import { type CommandArguments, type CommandContext } from './command-context.ts';
import { COMMANDS } from './commands/index.ts';
import { SETTINGS_SECTION } from './settings.ts';
import type { DrawnStatus } from './status-bar.ts';
import { WindowSession } from './window-session.ts';

/** What `activate` gives to tests and to other extensions. */
export interface CandelaExtensionApi {
  statusModel(): StatusModel;
  readonly onStatusChange: vscode.Event<StatusModel>;
  /** What the status bar shows, icon included. */
  drawnStatus(): DrawnStatus;
}

let running: WindowSession | undefined;

export function activate(extensionContext: vscode.ExtensionContext): CandelaExtensionApi {
  const window = new WindowSession(extensionContext);
  running = window;
  const context: CommandContext = {
    session: () => window.session,
    daemonUrl: () => window.daemonUrl(),
    startDaemon: () => window.startDaemon(),
  };
  for (const id of COMMAND_IDS) {
    const handler = (args: unknown) => COMMANDS[id](context, toArguments(args));
    extensionContext.subscriptions.push(vscode.commands.registerCommand(id, handler));
  }
  extensionContext.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS_SECTION)) void window.reconfigure();
    }),
  );
  // Not awaited: an editor must not wait for a daemon.
  void window.start();
  return {
    statusModel: () => window.session.status,
    onStatusChange: window.onStatusChange,
    drawnStatus: () => window.statusBar.drawn,
  };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** A command may be called with anything: a tree item, a URI, nothing. */
function toArguments(value: unknown): CommandArguments {
  return typeof value === 'object' && value !== null ? (value as CommandArguments) : {};
}
