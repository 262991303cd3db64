import type { TimedFigures } from './budget-figures.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Locality } from './figure-format.ts';

/** What the one line says: `$3.42 / $10.00`, `$3.42` or `34.2 %`. */
export type StatusFormat = 'spendOfBudget' | 'spend' | 'percent';

export interface StatusSettings extends Locality {
  /** Share of the budget from which severity is `warn`, e.g. 0.8. */
  readonly warnFraction: number;
  /** Share of the budget from which severity is `over`, e.g. 1. */
  readonly overFraction: number;
  readonly format: StatusFormat;
}

export const DEFAULT_STATUS_SETTINGS: StatusSettings = {
  warnFraction: 0.8,
  overFraction: 1,
  format: 'spendOfBudget',
};

export interface StatusInput {
  readonly connection: ConnectionState;
  /** The last answer there was, even when the daemon is gone now. */
  readonly lastKnown?: TimedFigures | undefined;
  readonly settings: StatusSettings;
  readonly nowUnixMs: number;
  /** How many annotations wait to be sent. */
  readonly annotationsWaiting?: number;
}
