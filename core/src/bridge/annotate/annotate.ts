import { annotationMessage } from '../../client/annotations/annotation-message.ts';
import type { EditorSession } from '../../client/editor-session.ts';
import type { SubmitResult } from '../../client/annotations/outbox.ts';
import { messages } from '../messages.ts';
import { type AnnotateRequest, annotationsOf, LAST_TRACE } from './annotate-request.ts';

/** What became of an annotation request; of several parts the worst. */
export interface AnnotateResult {
  readonly result: SubmitResult['result'];
  readonly traceId: string;
  /** For people, plain text. */
  readonly message: string;
}

/** Keeps and sends what the request says; says why if it names the newest trace and none is known. */
export async function annotate(
  session: EditorSession,
  request: AnnotateRequest,
): Promise<AnnotateResult | { readonly noTrace: string }> {
  const found = await findTrace(session, request.traceId);
  if ('noTrace' in found) return found;
  const { traceId } = found;
  const told: string[] = [];
  let worst: SubmitResult['result'] = 'sent';
  for (const annotation of annotationsOf(request, traceId)) {
    const outcome = await session.annotate(annotation);
    told.push(annotationMessage(annotation, outcome));
    if (outcome.result === 'refused' || worst === 'sent') worst = outcome.result;
  }
  return { result: worst, traceId, message: told.join('\n') };
}

async function findTrace(
  session: EditorSession,
  named: string,
): Promise<{ readonly traceId: string } | { readonly noTrace: string }> {
  if (named !== LAST_TRACE) return { traceId: named };
  const { trace, staleReason } = await session.lastTrace();
  if (trace !== undefined) return { traceId: trace.traceId };
  return { noTrace: staleReason === undefined ? messages.noTraces : messages.noTracesOffline(staleReason) };
}
