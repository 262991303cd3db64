import * as vscode from 'vscode';
import { type CommandHandler, isQuiet } from '../command-context.ts';
import { traceUri } from '../recent-calls/trace-documents.ts';
import { chooseTrace } from './choose-trace.ts';

/** Opens a call with its prompt and its answer. Argument: `traceId` (an id or `last`); answers the document's text. */
export const showCall: CommandHandler = async (context, args) => {
  const traceId = await chooseTrace(context, args);
  if (traceId === undefined) return undefined;
  context.traceDocuments.refresh(traceId);
  const document = await vscode.workspace.openTextDocument(traceUri(traceId));
  if (!isQuiet(args)) await vscode.window.showTextDocument(document, { preview: true });
  return document.getText();
};
