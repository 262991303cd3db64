import * as vscode from 'vscode';
import { type Annotation, annotationMessage, type SubmitResult } from '@candela/core/client';
import { type CommandArguments, type CommandContext, isQuiet } from '../command-context.ts';

/** Keeps and sends the annotation and tells what became of it; answers the same. */
export async function submitAnnotation(
  { session, recentCalls, traceDocuments }: CommandContext,
  args: CommandArguments,
  annotation: Annotation,
): Promise<SubmitResult> {
  const outcome = await session().annotate(annotation);
  if (outcome.result !== 'refused') {
    if (annotation.kind === 'outcome') recentCalls.noteOutcome(annotation.traceId, annotation.success);
    traceDocuments.refresh(annotation.traceId);
  }
  if (isQuiet(args)) return outcome;
  const message = annotationMessage(annotation, outcome);
  if (outcome.result === 'sent') vscode.window.setStatusBarMessage(message, 5_000);
  else if (outcome.result === 'kept') void vscode.window.showInformationMessage(message);
  else void vscode.window.showWarningMessage(message);
  return outcome;
}
