import * as vscode from 'vscode';
import type { StatusModel } from '@candela/core/client';

/** For `when` clauses of the manifest: `connecting`, `online` or `offline`. */
export const CONNECTION_CONTEXT = 'candela.connection';

/** The same as yes or no, because a step of a walkthrough is done when a key is true. */
export const REACHABLE_CONTEXT = 'candela.isReachable';

/** Lets the empty side view say why it is empty. */
export function showConnection({ severity, receivedAtUnixMs, source }: StatusModel): void {
  const wasFound = source !== undefined || receivedAtUnixMs !== undefined;
  const whileAway = wasFound ? 'offline' : 'connecting';
  const value = severity === 'offline' ? whileAway : 'online';
  void vscode.commands.executeCommand('setContext', CONNECTION_CONTEXT, value);
  void vscode.commands.executeCommand('setContext', REACHABLE_CONTEXT, value === 'online');
}
