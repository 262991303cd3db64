import type { HandlerContext } from '@connectrpc/connect';
import { LABELS_HEADER, labelFilterFrom } from '../gateway/context/labels.ts';
import type { SpanFilter } from '../storage/span-store.ts';
import { invalidArgument } from './errors.ts';

/**
 * Narrows an answer to the calls that carry all labels of the request header `X-Candela-Labels`, where it has one:
 * the messages have no field for it (docs/decisions/0013).
 *
 * @throws ConnectError `invalid_argument` where the header is no list of labels.
 */
export function labelFilter(context: Pick<HandlerContext, 'requestHeader'>): Pick<SpanFilter, 'labels'> {
  const header = context.requestHeader.get(LABELS_HEADER);
  if (header === null || header === '') return {};
  const labels = labelFilterFrom(header);
  if (labels === undefined) {
    throw invalidArgument(
      'X-Candela-Labels: must be k=v,k=v with each key once, values percent-encoded where they are not plain ASCII',
    );
  }
  return { labels };
}
