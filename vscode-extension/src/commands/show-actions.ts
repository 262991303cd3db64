import * as vscode from 'vscode';
import type { CommandHandler } from '../command-context.ts';
import type { CommandId } from '../command-ids.ts';
import { messages } from '../messages.ts';

interface Action extends vscode.QuickPickItem {
  readonly command: CommandId;
}

const ACTIONS: readonly Action[] = [
  { label: '$(credit-card) Budget and grants', command: 'candela.showBudget' },
  { label: '$(graph) Cost by model today', command: 'candela.showCostSummary' },
  { label: '$(thumbsup) Mark last trace good', command: 'candela.markLastTraceGood' },
  { label: '$(thumbsdown) Mark last trace bad', command: 'candela.markLastTraceBad' },
  { label: '$(note) Annotate a trace…', command: 'candela.annotateTrace' },
  { label: '$(dashboard) Open dashboard', command: 'candela.openDashboard' },
  { label: '$(refresh) Refresh', command: 'candela.refresh' },
];

const START: Action = { label: `$(play) ${messages.startDaemon}`, command: 'candela.startDaemon' };

/** What a click on the status bar offers; to start Candela comes first while it is away. */
export const showActions: CommandHandler = async ({ session }) => {
  const { severity, accessibilityLabel } = session().status;
  const actions = severity === 'offline' ? [START, ...ACTIONS] : ACTIONS;
  const picked = await vscode.window.showQuickPick(actions, {
    title: messages.pickAction,
    placeHolder: accessibilityLabel,
  });
  return picked && vscode.commands.executeCommand(picked.command);
};
