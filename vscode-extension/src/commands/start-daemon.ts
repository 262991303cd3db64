import * as vscode from 'vscode';
import { type CommandHandler, isQuiet } from '../command-context.ts';
import { messages } from '../messages.ts';

/** Starts the daemon unless one runs; answers its address, or undefined with a message that says why not. */
export const startDaemonCommand: CommandHandler = async ({ startDaemon, session }, args) => {
  try {
    const url = await startDaemon();
    await session().refresh();
    if (!isQuiet(args)) void vscode.window.showInformationMessage(messages.daemonRuns(url));
    return url;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(messages.daemonNotStarted(reason));
    return undefined;
  }
};
