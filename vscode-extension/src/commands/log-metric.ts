import * as vscode from 'vscode';
import { type CommandHandler, numberArgument, textArgument } from '../command-context.ts';
import { messages } from '../messages.ts';
import { chooseTrace } from './choose-trace.ts';
import { submitAnnotation } from './submit-annotation.ts';

/**
 * Logs a number for a trace. Arguments: `traceId` (an id or `last`), `metricName`, `metricValue`, `comment`;
 * what is missing is asked for.
 */
export const logMetric: CommandHandler = async (context, args) => {
  const traceId = await chooseTrace(context, args);
  if (traceId === undefined) return undefined;
  const metricName = textArgument(args, 'metricName') ?? (await askName());
  if (metricName === undefined) return undefined;
  const metricValue = numberArgument(args, 'metricValue') ?? (await askValue(metricName));
  if (metricValue === undefined) return undefined;
  const comment = textArgument(args, 'comment');
  const annotation = {
    kind: 'metric',
    traceId,
    metricName,
    metricValue,
    ...(comment !== undefined && { comment }),
  } as const;
  return submitAnnotation(context, args, annotation);
};

async function askName(): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({ prompt: messages.metricNamePrompt() });
  return name?.trim() || undefined;
}

async function askValue(metricName: string): Promise<number | undefined> {
  const value = await vscode.window.showInputBox({
    prompt: messages.metricValuePrompt(metricName),
    validateInput: (text) => (toNumber(text) === undefined ? messages.notANumber() : undefined),
  });
  return value === undefined ? undefined : toNumber(value);
}

function toNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
