import * as vscode from 'vscode';
import type { StatusModel } from '@candela/core/client';

/** For `when` clauses of the manifest: `connecting`, `online` or `offline`. */
export const CONNECTION_CONTEXT = 'candela.connection';

/** The same as yes or no, because a step of a walkthrough is done when a key becomes true. */
export const REACHABLE_CONTEXT = 'candela.isReachable';

/**
 * The same, while the walkthrough is open. VS Code does not take a step for done whose key was true before it had read
 * the walkthrough, which it does when it is first opened.
 */
export const REACHABLE_IN_WALKTHROUGH_CONTEXT = 'candela.isReachableInWalkthrough';

/** Lets the empty side view say why it is empty. */
export function showConnection({ severity, receivedAtUnixMs, source }: StatusModel): void {
  const wasFound = source !== undefined || receivedAtUnixMs !== undefined;
  const whileAway = wasFound ? 'offline' : 'connecting';
  const value = severity === 'offline' ? whileAway : 'online';
  void vscode.commands.executeCommand('setContext', CONNECTION_CONTEXT, value);
  void vscode.commands.executeCommand('setContext', REACHABLE_CONTEXT, value === 'online');
}

/** To be called when the walkthrough has been opened. */
export async function showConnectionInWalkthrough({ severity }: StatusModel): Promise<void> {
  await vscode.commands.executeCommand(
    'setContext',
    REACHABLE_IN_WALKTHROUGH_CONTEXT,
    severity !== 'offline',
  );
}
