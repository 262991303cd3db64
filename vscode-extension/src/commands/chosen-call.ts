import * as vscode from 'vscode';
import { type CommandArguments, textArgument } from '../command-context.ts';
import { messages } from '../messages.ts';
import { TRACE_SCHEME, traceIdOf } from '../recent-calls/trace-documents.ts';

/** The trace of a command's argument: an entry of the side view, a document of a trace, or `traceId` itself. */
export function chosenCall(args: CommandArguments): string | undefined {
  if (args instanceof vscode.Uri) return args.scheme === TRACE_SCHEME ? traceIdOf(args) : undefined;
  return textArgument(args, 'traceId');
}

/** For commands that belong to such an entry and were called without one. */
export function sayNoneChosen(): undefined {
  void vscode.window.showInformationMessage(messages.calls.noneChosen());
}
