import * as vscode from 'vscode';
import type { CommandHandler } from '../command-context.ts';

/** As in the manifest's `walkthroughs`. */
export const WALKTHROUGH_ID = 'candela.gettingStarted';

/** Opens the steps that a new user takes. */
export const openWalkthrough: CommandHandler = async ({ extensionId }) =>
  vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${extensionId}#${WALKTHROUGH_ID}`,
    false,
  );
