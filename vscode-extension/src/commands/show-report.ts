import * as vscode from 'vscode';
import type { BudgetFigures, ReportLine } from '@candela/core/client';
import { type CommandArguments, type CommandContext, isQuiet } from '../command-context.ts';
import { messages } from '../messages.ts';

/**
 * Asks for today's figures and lists what `report` makes of them; answers the lines. Undefined, with a message,
 * when the figures are not known.
 */
export async function showReport(
  { session }: CommandContext,
  args: CommandArguments,
  title: string,
  report: (figures: BudgetFigures) => readonly ReportLine[] | undefined,
): Promise<readonly ReportLine[] | undefined> {
  const status = await session().refresh();
  const { figures } = session();
  const lines = figures && report(figures);
  if (isQuiet(args)) return lines;
  if (lines === undefined) {
    void vscode.window.showWarningMessage(messages.spendNotKnown(status.accessibilityLabel));
  } else {
    showLines(lines, title);
  }
  return lines;
}

/** Nothing waits for the list to be closed: it only shows. */
export function showLines(lines: readonly ReportLine[], title: string): void {
  const items = lines.map(({ label, value, detail }) => ({ label, description: value, detail }));
  void vscode.window.showQuickPick(items, { title, matchOnDescription: true });
}
