import * as vscode from 'vscode';
import type { CommandHandler } from '../command-context.ts';
import type { CommandId } from '../command-ids.ts';
import { messages } from '../messages.ts';

interface Action extends vscode.QuickPickItem {
  readonly command: CommandId | `${string}.focus`;
}

/** What a click on the status bar offers; to start Candela comes first while it is away. */
export const showActions: CommandHandler = async ({ session }) => {
  const { severity, accessibilityLabel } = session().status;
  const actions = severity === 'offline' ? [startAction(), ...usualActions()] : usualActions();
  const picked = await vscode.window.showQuickPick(actions, {
    title: messages.pickAction(),
    placeHolder: accessibilityLabel,
  });
  return picked && vscode.commands.executeCommand(picked.command);
};

function startAction(): Action {
  return { label: `$(play) ${messages.actions.start()}`, command: 'candela.startDaemon' };
}

function usualActions(): readonly Action[] {
  const { actions } = messages;
  return [
    { label: `$(list-unordered) ${actions.calls()}`, command: 'candela.recentCalls.focus' },
    { label: `$(credit-card) ${actions.budget()}`, command: 'candela.showBudget' },
    { label: `$(graph) ${actions.cost()}`, command: 'candela.showCostSummary' },
    { label: `$(git-branch) ${actions.branch()}`, command: 'candela.showBranchCost' },
    { label: `$(thumbsup) ${actions.good()}`, command: 'candela.markLastTraceGood' },
    { label: `$(thumbsdown) ${actions.bad()}`, command: 'candela.markLastTraceBad' },
    { label: `$(note) ${actions.annotate()}`, command: 'candela.annotateTrace' },
    { label: `$(dashboard) ${actions.dashboard()}`, command: 'candela.openDashboard' },
    { label: `$(refresh) ${actions.refresh()}`, command: 'candela.refresh' },
  ];
}
