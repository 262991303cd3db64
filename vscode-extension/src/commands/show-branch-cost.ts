import * as vscode from 'vscode';
import { branchSummary } from '@candela/core/client';
import { type CommandHandler, isQuiet } from '../command-context.ts';
import { messages } from '../messages.ts';
import { showLines } from './show-report.ts';

/** Lists what the calls of the branch cost that one works in; answers the lines. */
export const showBranchCost: CommandHandler = async ({ branchCost, labels }, args) => {
  const found = await branchCost.read().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    return { whyNot: messages.branchCostNotKnown(reason) };
  });
  if (found !== undefined && 'usage' in found) {
    const lines = branchSummary(found.usage);
    if (!isQuiet(args)) showLines(lines, messages.branchTitle(found.branch));
    return lines;
  }
  const withoutBranch = labels.isEnabled ? messages.noBranch() : messages.labelsOff();
  if (!isQuiet(args)) void vscode.window.showWarningMessage(found?.whyNot ?? withoutBranch);
  return undefined;
};
