/** What a driver is given and gives back, the same for every engine. Whole numbers are always `bigint`. */
export type SqlValue = string | number | bigint | null;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A piece of SQL with a `?` for each of its parameters, in order. No value is ever part of the text. */
export interface Sql {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

/** How one engine says what the shared queries need and SQL has no common word for. */
export interface SqlDialect {
  /** As `FROM` needs it. */
  readonly spansTable: string;
  /** The type name of a 64-bit float in a `CAST`. */
  readonly doubleType: string;
  /** A `time` column as whole microseconds since 1970. */
  unixUs(column: string): string;
  /** A moment, to compare a `time` column with. */
  moment(unixUs: number): Sql;
  /** A `pairs` column as the JSON text `[{"key":…,"value":…}]`. */
  pairsJson(column: string): string;
  /** Whether a `pairs` column has this pair. */
  hasPair(column: string, key: string, value: string): Sql;
  /** Whether the column contains the text, whatever the case of either. */
  contains(column: string, text: string): Sql;
  /** The quotient of whole numbers, rounded towards zero. */
  divide(dividend: string, divisor: string): string;
  /** What `divide` leaves, with the sign of the dividend. */
  remainder(dividend: string, divisor: string): string;
}

/** Asks the engine; rows see everything that was committed before. */
export type RunQuery = (query: Sql) => Promise<readonly SqlRow[]>;
