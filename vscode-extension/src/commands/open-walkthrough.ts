import * as vscode from 'vscode';
import type { CommandHandler } from '../command-context.ts';
import { showConnectionInWalkthrough } from '../connection-context.ts';

/** As in the manifest's `walkthroughs`. */
export const WALKTHROUGH_ID = 'candela.gettingStarted';

/** Opens the steps that a new user takes. */
export const openWalkthrough: CommandHandler = async ({ extensionId, session }) => {
  const id = `${extensionId}#${WALKTHROUGH_ID}`;
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', id, false);
  await showConnectionInWalkthrough(session().status);
};
