import type { CommandHandler } from '../command-context.ts';
import { lastTrace } from './choose-trace.ts';
import { markOutcome } from './mark-outcome.ts';

/** Marks the newest trace, or the one of the argument `traceId`. Further arguments: `score`, `comment`. */
export function markLastTrace({ success }: { readonly success: boolean }): CommandHandler {
  return async (context, args) => {
    const traceId = await lastTrace(context, args);
    return traceId === undefined ? undefined : markOutcome(context, args, { traceId, success });
  };
}
