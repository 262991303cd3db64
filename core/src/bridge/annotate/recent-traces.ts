import { traceLine } from '../../client/annotations/annotation-message.ts';
import type { EditorSession } from '../../client/editor-session.ts';
import type { RecentTrace } from '../../client/traces/recent-traces.ts';

/** The answer of `candela/recentTraces`. */
export interface RecentTracesAnswer {
  /** Newest first. */
  readonly traces: readonly (RecentTrace & {
    /** One line for a list to pick from, and a second one; plain text. */
    readonly label: string;
    readonly detail: string;
  })[];
  /** Why the traces are those seen last and not those of now. */
  readonly staleReason?: string;
}

/** @param limit at most so many; the session remembers twenty. */
export async function recentTraces(session: EditorSession, limit: number): Promise<RecentTracesAnswer> {
  const { traces, staleReason } = await session.recentTraces();
  const nowUnixMs = Date.now();
  return {
    traces: traces.slice(0, limit).map((trace) => ({ ...trace, ...traceLine(trace, nowUnixMs) })),
    ...(staleReason !== undefined && { staleReason }),
  };
}
