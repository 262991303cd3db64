import * as vscode from 'vscode';
import { type CommandHandler, isQuiet } from '../command-context.ts';
import { messages } from '../messages.ts';
import { chooseTrace } from './choose-trace.ts';

/** Puts the id of a trace into the clipboard. Argument: `traceId` (an id or `last`); answers it. */
export const copyTraceId: CommandHandler = async (context, args) => {
  const traceId = await chooseTrace(context, args);
  if (traceId === undefined) return undefined;
  await vscode.env.clipboard.writeText(traceId);
  if (!isQuiet(args)) vscode.window.setStatusBarMessage(messages.calls.copied(), 5_000);
  return traceId;
};
