/** Labels of a call: text without control characters, 256 UTF-16 units at most a value. */
export type CallLabels = Readonly<Record<string, string>>;

/**
 * Labels as the header `X-Candela-Labels` has them: `k=v,k=v`, everything in a value percent-encoded that the
 * header cannot hold or that means something there.
 */
export function labelsHeader(labels: CallLabels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join(',');
}

/** Spaces too: those at the ends would be taken for padding. */
function encoded(value: string): string {
  // Half a surrogate pair is no character; encoding it would throw.
  return value
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/[^\x21-\x7e]|[,%]/gu, (character) => encodeURIComponent(character));
}
