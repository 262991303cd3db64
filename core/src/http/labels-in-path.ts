import type { IncomingMessage } from 'node:http';
import { LABELS_HEADER } from '../gateway/context/labels.ts';
import { replaceHeader } from '../gateway/wire/headers.ts';

const PREFIX = '/with/';

/**
 * `/with/<labels>/<path>` is `/<path>` with the header `X-Candela-Labels: <labels>`, for programs that can be given
 * an address and no headers. `<labels>` is the header's text, percent-encoded once more as one segment of a path.
 * What the header says itself comes first, so it wins where both have a key.
 *
 * Changes the request in place, whichever protocol it came by. Anything else at `/with/` is left as it is.
 */
export function takeLabelsFromPath(req: IncomingMessage): void {
  const { url } = req;
  if (url === undefined || !url.startsWith(PREFIX)) return;
  const end = url.indexOf('/', PREFIX.length);
  if (end === -1 || url.slice(0, end).includes('?')) return;
  const inPath = decoded(url.slice(PREFIX.length, end));
  req.url = url.slice(end);
  const own = req.headers[LABELS_HEADER];
  const labels = [own ?? [], inPath]
    .flat()
    .filter((text) => text !== '')
    .join(',');
  // Node reads `headers` off `rawHeaders` when it is first asked for, so both are told.
  req.headers[LABELS_HEADER] = labels;
  replaceHeader(req.rawHeaders, LABELS_HEADER, labels);
}

/** Only what a header can carry; a stray byte or line break would make the forwarded request another one. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll(/[^\x20-\x7e]/g, '');
  } catch {
    return '';
  }
}
