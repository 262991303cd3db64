import * as vscode from 'vscode';
import type { CommandArguments, CommandContext, CommandHandler } from '../command-context.ts';
import { messages } from '../messages.ts';
import { addLabel } from './add-label.ts';
import { chooseTrace } from './choose-trace.ts';
import { logMetric } from './log-metric.ts';
import { markOutcome } from './mark-outcome.ts';

type Kind = 'good' | 'bad' | 'label' | 'metric';

/**
 * Annotates a trace picked from the recent ones. Arguments, all of them optional: `traceId` (an id or `last`),
 * `outcome` (`good` or `bad`), or `label`, or `metricName` and `metricValue`; then `score` and `comment`.
 */
export const annotateTrace: CommandHandler = async (context, args) => {
  const traceId = await chooseTrace(context, args);
  if (traceId === undefined) return undefined;
  const kind = kindOf(args) ?? (await askKind());
  return kind && annotate(context, { ...args, traceId }, kind, traceId);
};

function annotate(
  context: CommandContext,
  args: CommandArguments,
  kind: Kind,
  traceId: string,
): Promise<unknown> {
  switch (kind) {
    case 'good':
    case 'bad':
      return markOutcome(context, args, { traceId, success: kind === 'good' });
    case 'label':
      return addLabel(context, args);
    case 'metric':
      return logMetric(context, args);
  }
}

function kindOf({ outcome, label, metricName }: CommandArguments): Kind | undefined {
  if (outcome === 'good' || outcome === 'bad') return outcome;
  if (label !== undefined) return 'label';
  return metricName === undefined ? undefined : 'metric';
}

async function askKind(): Promise<Kind | undefined> {
  const items: (vscode.QuickPickItem & { readonly choice: Kind })[] = [
    { label: `$(thumbsup) ${messages.good()}`, choice: 'good' },
    { label: `$(thumbsdown) ${messages.bad()}`, choice: 'bad' },
    { label: `$(tag) ${messages.addLabel()}`, choice: 'label' },
    { label: `$(graph) ${messages.logMetric()}`, choice: 'metric' },
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: messages.pickAnnotation() });
  return picked?.choice;
}
