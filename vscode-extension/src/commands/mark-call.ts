import type { CommandHandler } from '../command-context.ts';
import { chosenCall, sayNoneChosen } from './chosen-call.ts';
import { markOutcome } from './mark-outcome.ts';

/** Marks the call one chose in the side view, or looks at. Further arguments: `score`, `comment`. */
export function markCall({ success }: { readonly success: boolean }): CommandHandler {
  return async (context, args) => {
    const traceId = chosenCall(args);
    return traceId === undefined ? sayNoneChosen() : markOutcome(context, args, { traceId, success });
  };
}
