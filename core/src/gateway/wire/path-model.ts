import { decodedSegment } from './path-segment.ts';

/**
 * A path and query that names another model in the place where it named one: `…/models/<model>:generateContent` as
 * Google has it, `/model/<model>/invoke` as AWS does. `undefined` if no segment of it is that model.
 */
export function withModelInPath(pathAndQuery: string, from: string, to: string): string | undefined {
  const [path = '', ...query] = pathAndQuery.split('?');
  const segments = path.split('/');
  const index = segments.findLastIndex((segment) => partsOf(segment, from) !== undefined);
  const parts = index === -1 ? undefined : partsOf(segments[index] ?? '', from);
  if (parts === undefined) return undefined;
  segments[index] = encodeURIComponent(to).replaceAll('%40', '@') + parts.method;
  return [segments.join('/'), ...query].join('?');
}

/** What follows the model in its segment; an id may have colons of its own. */
function partsOf(segment: string, model: string): { readonly method: string } | undefined {
  if (decodedSegment(segment) === model) return { method: '' };
  const colon = segment.lastIndexOf(':');
  if (colon === -1 || decodedSegment(segment.slice(0, colon)) !== model) return undefined;
  return { method: segment.slice(colon) };
}
