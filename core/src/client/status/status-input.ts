import type { TimedFigures } from '../figures/budget-figures.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { Locality } from '../figures/figure-format.ts';
import type { SpendingPace } from './spending-pace.ts';

/**
 * What the one line says: `$3.42 / $10.00`, `$3.42`, `34 %`, `1.23M tok`, or nothing (`icon`: the editor draws a sign
 * that shows the severity).
 */
export type StatusFormat = 'spendOfBudget' | 'spend' | 'percent' | 'tokens' | 'icon';

export const STATUS_FORMATS: readonly StatusFormat[] = [
  'spendOfBudget',
  'spend',
  'percent',
  'tokens',
  'icon',
];

export interface StatusSettings extends Locality {
  /** Share of the budget from which severity is `warn`, e.g. 0.8. */
  readonly warnFraction: number;
  /** Share of the budget from which severity is `over`, e.g. 1. */
  readonly overFraction: number;
  readonly format: StatusFormat;
  /** Shares of the budget, in percent, at which the developer is told once a day; by default 80, 90 and 100. */
  readonly notifyAtPercents?: readonly number[];
}

export const DEFAULT_STATUS_SETTINGS = {
  warnFraction: 0.8,
  overFraction: 1,
  format: 'spendOfBudget',
} as const satisfies StatusSettings;

/** Where the figures come from, and how the editor learns that they have changed. */
export interface FiguresSource {
  /** The daemon's address. */
  readonly url: string;
  /** `push`: within a second of a change; `poll`: at the next question; `paused`: when the window is used again. */
  readonly via: 'push' | 'poll' | 'paused';
}

export interface StatusInput {
  readonly connection: ConnectionState;
  /** The last answer there was, even when the daemon is gone now. */
  readonly lastKnown?: TimedFigures | undefined;
  readonly settings: StatusSettings;
  readonly nowUnixMs: number;
  /** How many annotations wait to be sent. */
  readonly annotationsWaiting?: number;
  readonly source?: FiguresSource;
  /** How fast money is being spent; absent while too little is known to say. */
  readonly pace?: SpendingPace | undefined;
}
