import * as vscode from 'vscode';
import { type RecentTraces, traceLine } from '@candela/core/client';
import { type CommandArguments, type CommandContext, textArgument } from '../command-context.ts';
import { messages } from '../messages.ts';

/** In the argument `traceId`: the newest trace, whichever that is. */
const LAST = 'last';

/** The trace the arguments name, else the one the user picks; undefined, with a message, if there is none. */
export async function chooseTrace(
  { session }: CommandContext,
  args: CommandArguments,
): Promise<string | undefined> {
  const named = textArgument(args, 'traceId');
  if (named !== undefined && named !== LAST) return named;
  if (named === LAST) {
    const { trace, ...why } = await session().lastTrace();
    return trace === undefined ? sayNone(why) : trace.traceId;
  }
  const recent = await session().recentTraces();
  if (recent.traces.length === 0) return sayNone(recent);

  const now = Date.now();
  const items = recent.traces.map((trace) => {
    const { label, detail } = traceLine(trace, now);
    return { label, detail, description: trace.traceId, traceId: trace.traceId };
  });
  const { staleReason } = recent;
  const placeHolder = staleReason === undefined ? messages.pickTrace() : messages.pickTraceStale(staleReason);
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked?.traceId;
}

/** The newest trace there is, or was when the daemon last answered. */
export function lastTrace(context: CommandContext, args: CommandArguments): Promise<string | undefined> {
  return chooseTrace(context, { traceId: textArgument(args, 'traceId') ?? LAST });
}

function sayNone({ staleReason }: Pick<RecentTraces, 'staleReason'>): undefined {
  const message = staleReason === undefined ? messages.noTraces() : messages.noTracesOffline(staleReason);
  void vscode.window.showWarningMessage(message);
}
