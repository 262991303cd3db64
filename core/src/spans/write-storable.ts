import type { Logger } from '../logger.ts';
import type { SpanWriter } from '../storage/span-store.ts';
import { UnstorableSpansError } from '../storage/unstorable-spans-error.ts';
import type { SpanRecord } from './span-record.ts';

/**
 * Writes all spans but those that this writer can never store: they are named in the log and left out, so that
 * they do not hold up the others for ever.
 *
 * @returns how many were left out.
 * @throws what the writer throws for any other reason; then nothing is known to be written.
 */
export async function writeStorable(
  writer: SpanWriter,
  spans: readonly SpanRecord[],
  logger: Logger,
  signal?: AbortSignal,
): Promise<number> {
  let rest = spans;
  while (rest.length > 0) {
    try {
      await writer.write(rest, signal);
      break;
    } catch (cause) {
      if (!(cause instanceof UnstorableSpansError)) throw cause;
      const unstorable = new Set(cause.spans);
      const left = rest.filter((span) => !unstorable.has(span));
      if (left.length === rest.length) throw cause;
      logger.error(
        {
          ...{ err: cause, writer: writer.name, spans: rest.length - left.length },
          span_id: cause.spans[0]?.spanId,
        },
        'left out spans that this writer can never store',
      );
      rest = left;
    }
  }
  return spans.length - rest.length;
}
