import * as vscode from 'vscode';
import { type CommandHandler, isQuiet } from '../command-context.ts';

/** Opens the daemon's own page in the browser; answers its address as the browser sees it. */
export const openDashboard: CommandHandler = async ({ daemonUrl }, args) => {
  const uri = await vscode.env.asExternalUri(vscode.Uri.parse(`${await daemonUrl()}/`, true));
  if (!isQuiet(args)) await vscode.env.openExternal(uri);
  return uri.toString();
};
