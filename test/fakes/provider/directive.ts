import type { Fault, FaultPoint } from './fault.ts';
import type { TokenCounts } from './token-counts.ts';

/**
 * What a prompt (or the script) asks of the fake. In a prompt, directives stand in square brackets:
 *
 * - `[usage in=1000 out=50 cached=200 cache_write_5m=10 cache_write_1h=5 reasoning=7]`, or `[usage none]`
 * - `[tool]`, `[tool count=2]`: call the first tool(s) of the request
 * - `[answer chars=5000]`: an answer of at least so many characters
 * - `[fault trickle bytes=1]`, `[fault split]`, `[fault split every=3]`, `[fault split at=5,17]`
 * - `[fault stall after=100]`, `[fault cut after=100 reset]`, `[fault hold after=100]`; or
 *   `before_headers` or `after_events=3` instead of `after=`
 * - `[fault half]`, `[fault half after=40]` (or `after_events=`), `[fault chunked]`, `[fault duplicate_headers]`, `[fault gzip]`, `[fault br]`
 * - `[fault status code=429 retry_after=2]`, `[fault slow_first_byte ms=50]`, `[fault stream_error after_events=2]`
 */
export interface Directives {
  usage: Partial<TokenCounts>;
  omitUsage: boolean;
  toolCalls: number;
  answerChars: number;
  faults: Fault[];
}

/** A directive that does not read; answered as 400 so that a mistyped test fails at once. */
export class DirectiveError extends Error {}

const DIRECTIVE = /\[(usage|fault|tool|answer)((?:\s+[\w=,]+)*)\s*\]/g;

const USAGE_FIELDS = new Map<string, keyof TokenCounts>([
  ['in', 'inputTokens'],
  ['out', 'outputTokens'],
  ['cached', 'cachedTokens'],
  ['cache_write_5m', 'cacheWrite5mTokens'],
  ['cache_write_1h', 'cacheWrite1hTokens'],
  ['reasoning', 'reasoningTokens'],
]);

export function withoutDirectives(text: string): string {
  return text.replace(DIRECTIVE, '').trim();
}

/** @throws DirectiveError when a directive has an unknown name or a value that is not a number. */
export function readDirectives(text: string): Directives {
  const directives: Directives = { usage: {}, omitUsage: false, toolCalls: 0, answerChars: 0, faults: [] };
  for (const [, name, rest] of text.matchAll(DIRECTIVE)) {
    const words = new Words(rest ?? '');
    if (name === 'usage') readUsage(words, directives);
    if (name === 'tool') directives.toolCalls = words.number('count') ?? 1;
    if (name === 'answer') directives.answerChars = words.number('chars') ?? 0;
    if (name === 'fault') directives.faults.push(readFault(words));
    words.expectAllRead();
  }
  return directives;
}

function readUsage(words: Words, directives: Directives): void {
  if (words.flag('none')) directives.omitUsage = true;
  for (const [word, field] of USAGE_FIELDS) {
    const count = words.number(word);
    if (count !== undefined) directives.usage[field] = count;
  }
}

function readFault(words: Words): Fault {
  const kind = words.first();
  switch (kind) {
    case 'trickle':
      return { kind, bytes: words.number('bytes') ?? 1 };
    case 'split': {
      const every = words.number('every');
      const at = words.numbers('at');
      return { kind, ...(every === undefined ? {} : { every }), ...(at === undefined ? {} : { at }) };
    }
    case 'stall':
    case 'hold':
      return { kind, after: readPoint(words) ?? 0 };
    case 'cut':
      return { kind, after: readPoint(words) ?? 0, reset: words.flag('reset') };
    case 'half': {
      const after = readPoint(words);
      return { kind, ...(after === undefined ? {} : { after }) };
    }
    case 'status': {
      const retryAfterSeconds = words.number('retry_after');
      return {
        kind,
        code: words.number('code') ?? 500,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    }
    case 'gzip':
    case 'br':
      return { kind: 'encode', encoding: kind };
    case 'slow_first_byte':
      return { kind, ms: words.number('ms') ?? 50 };
    case 'stream_error':
      return { kind, afterEvents: words.number('after_events') ?? 1 };
    case 'duplicate_headers':
    case 'chunked':
      return { kind };
    default:
      throw new DirectiveError(`fake provider: no fault is called ${JSON.stringify(kind)}; see directive.ts`);
  }
}

function readPoint(words: Words): FaultPoint | undefined {
  if (words.flag('before_headers')) return 'before_headers';
  const events = words.number('after_events');
  return events === undefined ? words.number('after') : { events };
}

/** The words of one directive, ticked off as they are read. */
class Words {
  #unread: string[];

  constructor(text: string) {
    this.#unread = text.split(/\s+/).filter((word) => word !== '');
  }

  first(): string {
    return this.#unread.shift() ?? '';
  }

  flag(name: string): boolean {
    const index = this.#unread.indexOf(name);
    if (index >= 0) this.#unread.splice(index, 1);
    return index >= 0;
  }

  numbers(name: string): number[] | undefined {
    const index = this.#unread.findIndex((word) => word.startsWith(`${name}=`));
    if (index < 0) return undefined;
    const [word = ''] = this.#unread.splice(index, 1);
    const values = word.slice(name.length + 1).split(',');
    if (!values.every((value) => /^\d+$/.test(value))) {
      throw new DirectiveError(`fake provider: ${word} wants whole numbers; see directive.ts`);
    }
    return values.map(Number);
  }

  number(name: string): number | undefined {
    return this.numbers(name)?.[0];
  }

  expectAllRead(): void {
    if (this.#unread.length > 0) {
      throw new DirectiveError(`fake provider: cannot read ${this.#unread.join(' ')}; see directive.ts`);
    }
  }
}
