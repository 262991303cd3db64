import * as vscode from 'vscode';
import { type CommandArguments, type CommandContext, textArgument } from '../command-context.ts';
import { messages } from '../messages.ts';
import { submitAnnotation } from './submit-annotation.ts';

/** Marks a trace good or bad. The argument `score` (0…1) refines it; without it, good is 1 and bad is 0. */
export async function markOutcome(
  context: CommandContext,
  args: CommandArguments,
  { traceId, success }: { readonly traceId: string; readonly success: boolean },
): Promise<unknown> {
  const { score = success ? 1 : 0 } = args;
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
    void vscode.window.showErrorMessage(messages.scoreOutOfRange());
    return undefined;
  }
  const comment = textArgument(args, 'comment');
  const annotation = {
    kind: 'outcome',
    traceId,
    success,
    score,
    ...(comment !== undefined && { comment }),
  } as const;
  return submitAnnotation(context, args, annotation);
}
