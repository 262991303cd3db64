/** Random numbers that a seed repeats (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const SNIPPETS = [
  ...['null', '-1', '1e999', '0.5', 'true', '""', '"x"', '[', ']', '{', '}', '{}', '[]', ',', ':', '"', '\\'],
  ...['\n', '\n\n', '\r\n\r\n', 'data: ', 'data:', 'event: error\n', ': ', '[DONE]', 'data: [DONE]\n\n'],
  ...[
    '"index":9',
    '"index":0',
    '"type":"tool_use"',
    '"type":"text"',
    '"__proto__":{}',
    '\u0000',
    '\ud800',
    'ü',
  ],
];

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    -1,
    0,
    1.5,
    Number.MAX_VALUE,
    '',
    'x',
    [],
    {},
    [null],
    [[]],
    { type: 'text' },
    { type: null },
  ],
  ...[
    { role: 'user', content: 'x' },
    'text',
    'tool_use',
    'tool_result',
    'assistant',
    'json_schema',
    '__proto__',
  ],
];

/** Text with up to four places changed: cut out, doubled, exchanged, or something put in. */
export function mutatedText(text: string, dice: Dice): string {
  let mutated = text;
  for (let changes = dice.below(4); changes >= 0; changes--) {
    const from = dice.below(mutated.length + 1);
    const to = from + dice.below(dice.pick([2, 20, 400]));
    const [before, piece, after] = [mutated.slice(0, from), mutated.slice(from, to), mutated.slice(to)];
    mutated = dice.pick([
      () => before + after,
      () => before + piece + piece + after,
      () => before + dice.pick(SNIPPETS) + after,
      () => before + dice.pick(SNIPPETS) + piece + after,
      () => before,
    ])();
  }
  return mutated;
}

/** A copy of a JSON value with one to three members replaced, taken away or added. */
export function mutatedJson(value: unknown, dice: Dice): unknown {
  const copy = structuredClone(value);
  for (let changes = dice.below(3); changes >= 0; changes--) mutateMember(copy, dice);
  // An element taken out of an array leaves a hole, which JSON does not have.
  return JSON.parse(JSON.stringify(copy));
}

function mutateMember(root: unknown, dice: Dice): void {
  let holder = root as Record<string, unknown>;
  for (let depth = dice.below(6); depth > 0; depth--) {
    const next = dice.pick(
      Object.values(holder).filter((member) => typeof member === 'object' && member !== null),
    );
    if (next === undefined) break;
    holder = next as Record<string, unknown>;
  }
  const key = dice.pick(Object.keys(holder)) ?? 'x';
  dice.pick([
    () => (holder[key] = structuredClone(dice.pick(VALUES))),
    () => delete holder[key],
    () => (holder[dice.pick(['name', 'cache_control', 'content', 'x'])] = structuredClone(dice.pick(VALUES))),
  ])();
}
