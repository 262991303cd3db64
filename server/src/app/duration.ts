const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `500ms`, `2s`, `1.5m` or `1h`; `undefined` for any other text. */
export function millisecondsOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const perUnit = MS_PER_UNIT[match?.[2] ?? ''];
  return perUnit === undefined ? undefined : Number(match?.[1]) * perUnit;
}
