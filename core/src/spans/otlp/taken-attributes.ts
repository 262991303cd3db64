import type { SpanAttribute } from '../span-record.ts';

/** Attributes by name; what a column has taken is removed, and the rest stays as it came. */
export interface Taken {
  /** `''` where there is none, or it is no text. */
  text(key: string): string;
  /** Finite; `undefined` where there is none. */
  number(key: string): number | undefined;
  /** A whole number from 0 on; 0 where there is none. */
  count(key: string): number;
  /** Takes a text that matches; any other stays. */
  matching(key: string, pattern: RegExp): string;
  /** Takes the texts whose names begin so, by what follows. */
  withPrefix(prefix: string): Record<string, string>;
  remove(key: string): void;
  rest(): readonly SpanAttribute[];
}

/** OTLP wants each name once; of several the last is taken, as SDKs do. */
export function takeAttributes(attributes: readonly SpanAttribute[]): Taken {
  const byKey = new Map(attributes.map(({ key, value }) => [key, value]));
  const taken: Taken = {
    text(key) {
      const value = byKey.get(key);
      return typeof value === 'string' ? value : '';
    },
    number(key) {
      const value = byKey.get(key);
      if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
      return Number.isFinite(Number(value)) ? Number(value) : undefined;
    },
    count(key) {
      const value = taken.number(key) ?? 0;
      return Number.isSafeInteger(value) && value > 0 ? value : 0;
    },
    matching(key, pattern) {
      const text = taken.text(key);
      if (!pattern.test(text)) return '';
      byKey.delete(key);
      return text;
    },
    withPrefix(prefix) {
      const found: [string, string][] = [];
      for (const [key, value] of byKey) {
        if (!key.startsWith(prefix) || typeof value !== 'string') continue;
        found.push([key.slice(prefix.length), value]);
        byKey.delete(key);
      }
      return Object.fromEntries(found);
    },
    remove: (key) => void byKey.delete(key),
    rest: () => [...byKey].map(([key, value]) => ({ key, value })),
  };
  return taken;
}
