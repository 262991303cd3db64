import * as vscode from 'vscode';
import { type CommandHandler, textArgument } from '../command-context.ts';
import { messages } from '../messages.ts';
import { chooseTrace } from './choose-trace.ts';
import { submitAnnotation } from './submit-annotation.ts';

/** Labels a trace. Arguments: `traceId` (an id or `last`), `label`, `comment`; what is missing is asked for. */
export const addLabel: CommandHandler = async (context, args) => {
  const traceId = await chooseTrace(context, args);
  if (traceId === undefined) return undefined;
  const given =
    textArgument(args, 'label') ?? (await vscode.window.showInputBox({ prompt: messages.labelPrompt() }));
  const label = given?.trim();
  if (label === undefined || label === '') return undefined;
  const comment = textArgument(args, 'comment');
  const annotation = { kind: 'label', traceId, label, ...(comment !== undefined && { comment }) } as const;
  return submitAnnotation(context, args, annotation);
};
