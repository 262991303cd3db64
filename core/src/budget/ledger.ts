import type { NanoUsd } from '../money/index.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import type { KeptHold, KeptReservations } from './kept-reservations.ts';

/** A one-time credit that is used once the day's budget is gone. Times are milliseconds since 1970. */
export interface Grant {
  readonly id: string;
  readonly userId: string;
  readonly amount: NanoUsd;
  readonly spent: NanoUsd;
  readonly reason: string;
  readonly grantedBy: string;
  readonly startsAtUnixMs: number;
  readonly expiresAtUnixMs: number;
  readonly createdAtUnixMs: number;
  /** Absent: it was not taken back. */
  readonly revokedAtUnixMs?: number;
}

export interface NewGrant {
  readonly userId: string;
  readonly amount: NanoUsd;
  readonly reason: string;
  readonly grantedBy: string;
  readonly startsAtUnixMs: number;
  readonly expiresAtUnixMs: number;
}

/** The day a budget counts for, in the budget's time zone. */
export interface BudgetPeriod {
  /** `YYYY-MM-DD` */
  readonly key: string;
  readonly startUnixMs: number;
  /** The next midnight: the first moment that belongs to the next period. */
  readonly endUnixMs: number;
}

/** What the gate enforces and the developer sees: the same numbers from the same place. */
export interface BudgetView {
  readonly userId: string;
  readonly period: BudgetPeriod;
  /** Absent: no budget was ever set. */
  readonly limit?: NanoUsd;
  /** Charged to the day's budget; may pass `limit` when an estimate was too low. */
  readonly spent: NanoUsd;
  /** Charged today in all: the budget's part and the grants' part. */
  readonly spentInAll: NanoUsd;
  /** Held for calls in flight, out of the day's budget. */
  readonly reserved: NanoUsd;
  readonly tokensUsed: number;
  /** Active ones only, earliest expiry first; `held` is what calls in flight hold of each. */
  readonly activeGrants: readonly (Grant & { readonly held: NanoUsd })[];
  /** max(0, limit − spent − reserved); 0 without a limit. */
  readonly budgetRemaining: NanoUsd;
  /** Σ amount − spent − held over the active grants. */
  readonly grantsRemaining: NanoUsd;
  /** `budgetRemaining + grantsRemaining`. */
  readonly totalRemaining: NanoUsd;
  /** False where spending is only watched: no budget is set and this ledger does not demand one. */
  readonly enforced: boolean;
}

/** What all users together may spend on a model a day. */
export interface ModelCap {
  /** The name the cap is kept under: the same for every spelling of the model. */
  readonly model: string;
  readonly dailyLimit: NanoUsd;
}

export interface ReservationRequest {
  readonly userId: string;
  /** The call's worst cost. */
  readonly amount: NanoUsd;
  /** Absent: nothing limits the model, and nothing is recorded of it. */
  readonly modelCap?: ModelCap | undefined;
}

export type ReservationOutcome =
  | {
      readonly granted: true;
      readonly reservation: Reservation;
      readonly totalRemaining: NanoUsd | undefined;
    }
  | { readonly granted: false; readonly refusedBy: 'budget'; readonly totalRemaining: NanoUsd }
  | {
      readonly granted: false;
      readonly refusedBy: 'model cap';
      readonly cap: ModelCap;
      readonly modelRemaining: NanoUsd;
    };

/** What a call turned out to cost, with the span that tells of it. */
export interface Charge {
  readonly cost: NanoUsd;
  readonly tokens: number;
  /** Kept with the charge until a span store has it, so that after a crash spans and ledger agree. */
  readonly span: SpanRecord;
}

/**
 * Money held for one call. It ends exactly once, by `settle`, `release` or `keep`; the first one counts and any
 * later one throws. `await using` releases what was forgotten.
 */
export interface Reservation extends AsyncDisposable {
  readonly id: string;
  readonly amount: NanoUsd;
  /**
   * Resolves once the charge is durable; gives what is left afterwards (`undefined` where nothing limits).
   * A charge that cannot be written now is kept and retried; the promise then resolves `undefined` at once.
   */
  settle(charge: Charge): Promise<NanoUsd | undefined>;
  release(): Promise<void>;
  /**
   * Leaves the money held for so long, whatever becomes of this process, for work that goes on after the call.
   *
   * @throws if it cannot be written; the money is then given back.
   */
  keep(forMs: number): Promise<KeptHold>;
}

/** A settled charge whose span no span store has acknowledged yet. */
export interface PendingSpan {
  readonly span: SpanRecord;
}

/**
 * Who may spend what, and what was spent. Every change is one atomic step in the store, so any number of
 * concurrent calls cannot spend past the limit by more than the one estimate that was wrong.
 */
export interface Ledger extends KeptReservations {
  /**
   * Asks the model's cap before the budget, and holds the amount of both or of neither. A cap counts per day of the
   * budget's time zone, over all users, and is charged to the day the call was admitted on. What is held or spent of
   * a model that has a cap stays so when a user's spend is reset.
   *
   * @throws if the store cannot be asked: the caller must then refuse the call.
   */
  reserve(request: ReservationRequest): Promise<ReservationOutcome>;
  budgetOf(userId: string): Promise<BudgetView>;
  /** @throws RangeError unless `limit` > 0. */
  setBudget(userId: string, limit: NanoUsd): Promise<void>;
  /** From now on the user has no daily budget: what that means is the ledger's `withoutBudget`. Grants stay. */
  removeBudget(userId: string): Promise<void>;
  /**
   * Forgets what was charged today, to the budget and to grants: today's figures are 0, calls in flight keep what they
   * hold, and what a grant has paid stays paid. Answers what was forgotten.
   */
  resetSpend(userId: string): Promise<NanoUsd>;
  createGrant(grant: NewGrant): Promise<Grant>;
  /**
   * Takes back what is left of a grant: it pays for nothing any more but what calls in flight hold of it. Doing it
   * again changes nothing. Answers the grant, `undefined` if the user has none of that id.
   */
  revokeGrant(userId: string, grantId: string): Promise<Grant | undefined>;
  /** Earliest expiry first. `active`: only those that can be spent now. */
  listGrants(userId: string, which: 'all' | 'active'): Promise<readonly Grant[]>;
  /** Spans of settled charges that are not acknowledged, oldest first. */
  pendingSpans(limit: number): Promise<readonly PendingSpan[]>;
  acknowledgeSpans(spanIds: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
