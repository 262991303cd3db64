/** A path and its query, taken apart; `query` has no `?`. */
export function splitQuery(pathAndQuery: string): { readonly path: string; readonly query: string } {
  const mark = pathAndQuery.indexOf('?');
  if (mark === -1) return { path: pathAndQuery, query: '' };
  return { path: pathAndQuery.slice(0, mark), query: pathAndQuery.slice(mark + 1) };
}

export function joinQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

/** The query without any parameter of that name; the others stay as they are written. */
export function withoutParameter(query: string, name: string): string {
  return query
    .split('&')
    .filter((pair) => !new URLSearchParams(pair).has(name))
    .join('&');
}
