import type { DatabaseSync } from 'node:sqlite';

/** What the ledger's tables say of a user's grants, those that are over included. Nano-dollars. */
export interface GrantSums {
  readonly amount: number;
  /** Spent and held. */
  readonly used: number;
  /** How many grants have paid or promised more than they have, or hold less than nothing. */
  readonly overdrawn: number;
}

export function grantSums(db: DatabaseSync, userId: string): GrantSums {
  return db
    .prepare(
      `SELECT coalesce(sum(amount_nano_usd), 0) AS amount, coalesce(sum(spent_nano_usd + held_nano_usd), 0) AS used,
              count(*) FILTER (WHERE spent_nano_usd + held_nano_usd > amount_nano_usd OR held_nano_usd < 0) AS overdrawn
         FROM budget_grants WHERE user_id = ?`,
    )
    .get(userId) as unknown as GrantSums;
}

/** A day of a model with a cap. Nano-dollars. */
export interface ModelDay<Model extends string> {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly model: Model;
  readonly spent: number;
  readonly reserved: number;
}

export function modelDays<Model extends string>(db: DatabaseSync): readonly ModelDay<Model>[] {
  return db
    .prepare(
      `SELECT period_key AS day, model, spent_nano_usd AS spent, reserved_nano_usd AS reserved FROM model_days`,
    )
    .all() as unknown as readonly ModelDay<Model>[];
}

/** What was charged, over all days, and whatever is still held or waits: nothing does once every call is over. */
export interface LedgerSums {
  readonly charged: number;
  readonly reserved: number;
  readonly held: number;
  /** How many reservations there are, of budgets and of models. */
  readonly reservations: number;
  readonly ofModels: number;
  readonly heldOfModels: number;
  /** How many spans wait to be taken. */
  readonly spans: number;
}

export function ledgerSums(db: DatabaseSync, userId: string): LedgerSums {
  return db
    .prepare(
      `SELECT coalesce(sum(spent_nano_usd + grants_spent_nano_usd), 0) AS charged,
              coalesce(sum(reserved_nano_usd), 0) AS reserved,
              (SELECT coalesce(sum(abs(held_nano_usd)), 0) FROM budget_grants WHERE user_id = ?1) AS held,
              (SELECT count(*) FROM reservations) + (SELECT count(*) FROM model_holds) AS reservations,
              (SELECT coalesce(sum(spent_nano_usd), 0) FROM model_days) AS ofModels,
              (SELECT coalesce(sum(abs(reserved_nano_usd)), 0) FROM model_days) AS heldOfModels,
              (SELECT count(*) FROM span_outbox) AS spans
         FROM budget_periods WHERE user_id = ?1`,
    )
    .get(userId) as unknown as LedgerSums;
}

/** The owner that was registered last: the ledger that has just been opened. */
export function newestOwnerId(db: DatabaseSync): bigint {
  return BigInt(Number(db.prepare('SELECT max(id) AS id FROM ledger_owners').get()?.['id']));
}
