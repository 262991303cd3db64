import { asNanoUsd, type NanoUsd } from '../../money/index.ts';
import type { SqlRow } from './dialect.ts';

/** Text, `''` for null. @throws TypeError if the column holds something else. */
export function textOf(row: SqlRow, column: string): string {
  const value = row[column] ?? '';
  if (typeof value !== 'string') throw wrongType(column, 'text', value);
  return value;
}

/** A whole number, 0 for null. @throws TypeError if the column holds something else. */
export function wholeOf(row: SqlRow, column: string): bigint {
  const value = row[column] ?? 0n;
  if (typeof value !== 'bigint') throw wrongType(column, 'a whole number', value);
  return value;
}

/** Any number as a `number`, 0 for null. @throws TypeError if the column holds text. */
export function numberOf(row: SqlRow, column: string): number {
  const value = row[column] ?? 0;
  if (typeof value === 'string') throw wrongType(column, 'a number', value);
  return Number(value);
}

/** The sum that a query selected with `costSum`. */
export function costSumOf(row: SqlRow): NanoUsd {
  return asNanoUsd(wholeOf(row, 'cost_units') * 1_000_000_000n + wholeOf(row, 'cost_nanos'));
}

function wrongType(column: string, expected: string, value: unknown): TypeError {
  return new TypeError(`column ${column} should hold ${expected} but holds a ${typeof value}`);
}
