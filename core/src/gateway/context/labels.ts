export type Labels = Readonly<Record<string, string>>;

const MAX_CHARS = 8192;
const MAX_LABELS = 32;
const KEY = /^[A-Za-z0-9._/-]{1,128}$/;
/** Visible ASCII, and spaces between: header bytes above have no agreed meaning. */
const VALUE = /^[\x20-\x7e]{0,256}$/;

/** `X-Candela-Labels`: `k=v,k=v`. What is no label is passed over, and of two with one key the first counts. */
export function labelsFrom(header: string): Labels {
  const labels = new Map<string, string>();
  for (const pair of header.slice(0, MAX_CHARS).split(',', MAX_LABELS)) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, equals)).trim();
    const value = pair.slice(equals + 1).trim();
    if (KEY.test(key) && VALUE.test(value) && !labels.has(key)) labels.set(key, value);
  }
  return Object.fromEntries(labels);
}
