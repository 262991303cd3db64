/** What the standard asks a reader to take at least; what comes after is not looked at. */
const MAX_CHARS = 8192;
const MAX_MEMBERS = 64;

/**
 * The members of a `baggage` header, by their keys in lower case; values are percent-decoded, properties left out.
 * A member that is none is passed over, and of two with one key the first counts.
 * https://www.w3.org/TR/baggage/#header-content
 *
 * @param header all headers of that name, joined by commas.
 */
export function baggageMembers(header: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const member of header.slice(0, MAX_CHARS).split(',', MAX_MEMBERS)) {
    const [pair = ''] = member.split(';', 1);
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, equals)).trim().toLowerCase();
    const value = decoded(pair.slice(equals + 1).trim());
    if (key !== '' && value !== undefined && !members.has(key)) members.set(key, value);
  }
  return members;
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
