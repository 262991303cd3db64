/** Where one member of a JSON object lies in its text, as indices into that text. */
export interface MemberSpan {
  /** The opening quote of its name. */
  readonly start: number;
  readonly valueStart: number;
  /** Just past its value. */
  readonly end: number;
}

/**
 * Finds a member of the outermost object by name, so that a text can be changed in one place and stay the same
 * to the byte everywhere else. Expects valid JSON; where the name is repeated the last one is found, which is
 * the one that `JSON.parse` keeps.
 */
export function findMember(json: string, name: string): MemberSpan | undefined {
  let found: MemberSpan | undefined;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const end = stringEnd(json, i);
      const colon = skipSpace(json, end);
      if (depth === 1 && json[colon] === ':') {
        const valueStart = skipSpace(json, colon + 1);
        const valueEnd = skipValue(json, valueStart);
        if (isName(json.slice(i, end), name)) found = { start: i, valueStart, end: valueEnd };
        i = valueEnd - 1;
      } else i = end - 1;
    }
  }
  return found;
}

/** The text without that member and the comma that belonged to it. */
export function withoutMember(json: string, member: MemberSpan): string {
  let start = member.start;
  let end = member.end;
  const before = json.slice(0, start).trimEnd();
  if (before.endsWith(',')) start = before.length - 1;
  else {
    const next = skipSpace(json, end);
    if (json[next] === ',') end = skipSpace(json, next + 1);
  }
  return json.slice(0, start) + json.slice(end);
}

/** The text with `name` set to `value`: in place if it is there, else as the first member. */
export function withMember(json: string, name: string, value: unknown): string {
  const member = findMember(json, name);
  if (member !== undefined) {
    return json.slice(0, member.valueStart) + JSON.stringify(value) + json.slice(member.end);
  }
  const open = json.indexOf('{') + 1;
  const comma = json[skipSpace(json, open)] === '}' ? '' : ',';
  return `${json.slice(0, open)}${JSON.stringify(name)}:${JSON.stringify(value)}${comma}${json.slice(open)}`;
}

/** A name may be written with escapes, as `"\\u0061"` for `"a"`. */
function isName(quoted: string, name: string): boolean {
  return quoted.includes('\\') ? JSON.parse(quoted) === name : quoted === `"${name}"`;
}

/** Just past the value that begins at `start`. */
export function skipValue(json: string, start: number): number {
  if (json[start] === '"') return stringEnd(json, start);
  let depth = 0;
  for (let i = start; i < json.length; i++) {
    const character = json[i];
    if (character === '"') i = stringEnd(json, i) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (depth === 0 && (character === ',' || character === '}' || character === ']'))
      return trimEnd(json, i);
    else if (character === '}' || character === ']') depth--;
  }
  return json.length;
}

/** Just past the closing quote of the string that opens at `start`. */
function stringEnd(json: string, start: number): number {
  // By leaps, because a prompt can be a megabyte.
  for (let quote = json.indexOf('"', start + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return json.length;
}

/** The first place from `start` on that is no white space. */
export function skipSpace(json: string, start: number): number {
  let i = start;
  while (json[i] === ' ' || json[i] === '\n' || json[i] === '\r' || json[i] === '\t') i++;
  return i;
}

function trimEnd(json: string, end: number): number {
  let i = end;
  while (json[i - 1] === ' ' || json[i - 1] === '\n' || json[i - 1] === '\r' || json[i - 1] === '\t') i--;
  return i;
}
