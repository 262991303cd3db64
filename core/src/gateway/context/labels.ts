export type Labels = Readonly<Record<string, string>>;

/** The header that labels come in, as Node and the Fetch standard name it. */
export const LABELS_HEADER = 'x-candela-labels';

const MAX_CHARS = 8192;
const MAX_LABELS = 32;
const KEY = /^[A-Za-z0-9._/-]{1,128}$/;
/** Any text without control characters, in UTF-16 units: what a line of a list can show. */
const VALUE = /^[^\p{Cc}]{0,256}$/u;
/** Header bytes beyond visible ASCII have no agreed meaning; they are percent-encoded on the way. */
const HEADER_TEXT = /^[\x20-\x7e]*$/;

/**
 * `X-Candela-Labels`: `k=v,k=v`, where a value may be percent-encoded UTF-8 (as in W3C baggage), so that commas and
 * letters of any language survive. A value that is not valid percent-encoding stands for itself. What is no label
 * is passed over, and of two with one key the first counts.
 */
export function labelsFrom(header: string): Labels {
  const labels = new Map<string, string>();
  for (const pair of header.slice(0, MAX_CHARS).split(',', MAX_LABELS)) {
    const label = labelFrom(pair);
    if (label !== undefined && !labels.has(label.key)) labels.set(label.key, label.value);
  }
  return Object.fromEntries(labels);
}

/** As `labelsFrom`, for a question: undefined where a part of it is no label, because an answer to less is wrong. */
export function labelFilterFrom(header: string): Labels | undefined {
  const pairs = header.split(',');
  const labels = pairs.map(labelFrom).filter((label) => label !== undefined);
  const isWhole = header.length <= MAX_CHARS && labels.length === pairs.length && pairs.length <= MAX_LABELS;
  const byKey = new Map(labels.map(({ key, value }) => [key, value]));
  return isWhole && byKey.size === labels.length ? Object.fromEntries(byKey) : undefined;
}

function labelFrom(pair: string): { readonly key: string; readonly value: string } | undefined {
  const equals = pair.indexOf('=');
  const key = pair.slice(0, Math.max(0, equals)).trim();
  const written = pair.slice(equals + 1).trim();
  if (!KEY.test(key) || !HEADER_TEXT.test(written)) return undefined;
  const value = decoded(written);
  return VALUE.test(value) ? { key, value } : undefined;
}

function decoded(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    // A lone percent sign, as in `share=50%`, has always been allowed.
    return value;
  }
}
