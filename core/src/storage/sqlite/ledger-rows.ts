import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NOTHING, type Pots, type Split } from '../../budget/waterfall.ts';
import type { Grant, NewGrant } from '../../budget/ledger.ts';
import { asNanoUsd, ZERO_NANO_USD, type NanoUsd } from '../../money/index.ts';
import { DayAccounts, type AccountRow, type PeriodKey } from './day-accounts.ts';
import { ModelDays, type ModelHold } from './model-days.ts';

export interface GrantRow extends Grant {
  readonly held: NanoUsd;
}

export interface ReservationKey {
  readonly ownerId: bigint;
  readonly seq: number;
}

export interface ReservationRow extends ReservationKey, PeriodKey {
  readonly split: Split;
  /** What it holds of its model's day; absent where the model has no cap. */
  readonly model?: ModelHold;
}

/**
 * The ledger's statements, each a plain question or change; which of them make one step is the ledger's
 * business. All changes must run inside a transaction.
 */
export class LedgerRows {
  readonly #models: ModelDays;
  readonly days: DayAccounts;
  readonly #activeGrants: StatementSync;
  readonly #allGrants: StatementSync;
  readonly #grant: StatementSync;
  readonly #revokeGrant: StatementSync;
  readonly #addToGrant: StatementSync;
  readonly #insertReservation: StatementSync;
  readonly #deleteReservation: StatementSync;
  readonly #lapsed: StatementSync;
  readonly #setLimit: StatementSync;
  readonly #removeLimit: StatementSync;
  readonly #insertGrant: StatementSync;
  readonly #claimLate: StatementSync;

  constructor(db: DatabaseSync) {
    this.#models = new ModelDays(db);
    this.days = new DayAccounts(db);
    const money = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#activeGrants = money(
      `SELECT * FROM budget_grants
        WHERE user_id = ?1 AND starts_at_unix_ms <= ?2 AND expires_at_unix_ms > ?2
          AND amount_nano_usd > spent_nano_usd AND revoked_at_unix_ms IS NULL
        ORDER BY expires_at_unix_ms, created_at_unix_ms, id`,
    );
    this.#allGrants = money(
      `SELECT * FROM budget_grants WHERE user_id = ?1 ORDER BY expires_at_unix_ms, created_at_unix_ms, id`,
    );
    this.#grant = money('SELECT * FROM budget_grants WHERE id = ?1 AND user_id = ?2');
    this.#revokeGrant = db.prepare(
      'UPDATE budget_grants SET revoked_at_unix_ms = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at_unix_ms IS NULL',
    );
    this.#addToGrant = db.prepare(
      `UPDATE budget_grants SET spent_nano_usd = spent_nano_usd + ?2, held_nano_usd = held_nano_usd + ?3 WHERE id = ?1`,
    );
    this.#insertReservation = db.prepare('INSERT INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#deleteReservation = db.prepare('DELETE FROM reservations WHERE owner_id = ? AND seq = ?');
    this.#lapsed = money(
      `SELECT * FROM reservations
        WHERE expires_at_unix_ms <= ? OR owner_id NOT IN (SELECT id FROM ledger_owners)`,
    );
    this.#setLimit = db.prepare(
      `INSERT INTO budgets VALUES (?1, ?2) ON CONFLICT (user_id) DO UPDATE SET limit_nano_usd = ?2`,
    );
    this.#removeLimit = db.prepare('DELETE FROM budgets WHERE user_id = ?');
    this.#insertGrant = db.prepare(
      `INSERT INTO budget_grants (id, user_id, amount_nano_usd, reason, granted_by, starts_at_unix_ms,
                                  expires_at_unix_ms, created_at_unix_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#claimLate = db.prepare('INSERT OR IGNORE INTO late_settlements (span_id) VALUES (?)');
  }

  /** Earliest expiry first; those with nothing left to spend are left out. */
  activeGrants(userId: string, nowUnixMs: number): readonly GrantRow[] {
    return this.#activeGrants.all(userId, nowUnixMs).map((row) => grantFrom(row as unknown as GrantColumns));
  }

  /** Spent, expired and revoked ones too, earliest expiry first. */
  allGrants(userId: string): readonly GrantRow[] {
    return this.#allGrants.all(userId).map((row) => grantFrom(row as unknown as GrantColumns));
  }

  /** Takes a grant back, unless it was before; `undefined` if the user has none of that id. */
  revokeGrant(userId: string, grantId: string, nowUnixMs: number): GrantRow | undefined {
    this.#revokeGrant.run(grantId, userId, nowUnixMs);
    const row = this.#grant.get(grantId, userId);
    return row && grantFrom(row as unknown as GrantColumns);
  }

  /** `true` the first time: a settlement that comes late is written by whoever claims it. */
  claimLate(spanId: string): boolean {
    return this.#claimLate.run(spanId).changes !== 0;
  }

  /** Spent and held of a model that has a cap, by all users. */
  modelUsed(model: string, periodKey: string): NanoUsd {
    return this.#models.used(model, periodKey);
  }

  hold(row: ReservationRow, expiresAtUnixMs: number): void {
    const { split, model } = row;
    if (model !== undefined) this.#models.hold(row, model);
    this.#insertReservation.run(
      row.ownerId,
      row.seq,
      row.userId,
      row.periodKey,
      split.budget,
      split.grants.length === 0
        ? ''
        : JSON.stringify(split.grants.map((part) => [part.id, part.amount.toString()])),
      expiresAtUnixMs,
    );
    if (split.budget !== 0n)
      this.days.change(row, { spent: 0n, grantsSpent: 0n, reserved: split.budget, tokens: 0 });
    for (const part of split.grants) this.#addToGrant.run(part.id, 0n, part.amount);
  }

  /** Gives back what a reservation holds, if it still holds it. */
  free(row: ReservationRow): void {
    if (!this.drop(row)) return;
    this.exchange(row, row.split, NOTHING, 0);
    if (row.model !== undefined) this.#models.exchange(row, row.model, ZERO_NANO_USD);
  }

  /** Charges a model's day with a call's cost, in place of what the call still holds of it. */
  chargeModel(row: ReservationRow, cost: NanoUsd): void {
    if (row.model !== undefined) this.#models.exchange(row, row.model, cost);
  }

  /** Ends a reservation; `false` if it has lapsed. What it held is still to be given back, by `exchange`. */
  drop(row: ReservationRow): boolean {
    return this.#deleteReservation.run(row.ownerId, row.seq).changes !== 0;
  }

  /** Gives back what was held and charges what was spent, in one change of each row. */
  exchange(account: PeriodKey, held: Split, spent: Split, tokens: number): void {
    const fromGrants = spent.grants.reduce((sum, part) => sum + part.amount, 0n);
    const reserved = 0n - held.budget;
    this.days.change(account, { spent: spent.budget, grantsSpent: fromGrants, reserved, tokens });
    for (const part of held.grants) this.#addToGrant.run(part.id, 0n, 0n - part.amount);
    for (const part of spent.grants) this.#addToGrant.run(part.id, part.amount, 0n);
  }

  /** Reservations that expired, or whose process is not listed any more. */
  lapsed(nowUnixMs: number): readonly ReservationRow[] {
    return this.#lapsed.all(nowUnixMs).map((raw) => {
      const row = raw as unknown as ReservationColumns;
      const grants = row.grants_json === '' ? [] : (JSON.parse(row.grants_json) as [string, string][]);
      const key = { ownerId: row.owner_id, seq: Number(row.seq) };
      const model = this.#models.heldBy(key);
      return {
        ...key,
        ...(model && { model }),
        userId: row.user_id,
        periodKey: row.period_key,
        split: {
          budget: asNanoUsd(row.budget_nano_usd),
          grants: grants.map(([id, amount]) => ({ id, amount: asNanoUsd(BigInt(amount)) })),
        },
      };
    });
  }

  setLimit(userId: string, limit: NanoUsd): void {
    this.days.write();
    this.#setLimit.run(userId, limit);
  }

  removeLimit(userId: string): void {
    this.days.write();
    this.#removeLimit.run(userId);
  }

  insertGrant(id: string, grant: NewGrant, createdAtUnixMs: number): void {
    this.days.write();
    this.#insertGrant.run(
      id,
      grant.userId,
      grant.amount,
      grant.reason,
      grant.grantedBy,
      grant.startsAtUnixMs,
      grant.expiresAtUnixMs,
      createdAtUnixMs,
    );
  }
}

/** What can be promised to a call, given the day and the grants; `own` is held for that very call. */
export function potsOf(account: AccountRow, grants: readonly GrantRow[], own: Split = NOTHING): Pots {
  const ownOf = (id: string): bigint => own.grants.find((part) => part.id === id)?.amount ?? 0n;
  return {
    budgetFree: asNanoUsd((account.limit ?? 0n) - account.spent - account.reserved + own.budget),
    grants: grants.map(({ id, amount, spent, held }) => ({
      id,
      free: asNanoUsd(amount - spent - held + ownOf(id)),
    })),
  };
}

interface GrantColumns {
  readonly id: string;
  readonly user_id: string;
  readonly amount_nano_usd: bigint;
  readonly spent_nano_usd: bigint;
  readonly held_nano_usd: bigint;
  readonly reason: string;
  readonly granted_by: string;
  readonly starts_at_unix_ms: bigint;
  readonly expires_at_unix_ms: bigint;
  readonly created_at_unix_ms: bigint;
  readonly revoked_at_unix_ms: bigint | null;
}

interface ReservationColumns {
  readonly owner_id: bigint;
  readonly seq: bigint;
  readonly user_id: string;
  readonly period_key: string;
  readonly budget_nano_usd: bigint;
  readonly grants_json: string;
}

function grantFrom(row: GrantColumns): GrantRow {
  return {
    id: row.id,
    userId: row.user_id,
    amount: asNanoUsd(row.amount_nano_usd),
    spent: asNanoUsd(row.spent_nano_usd),
    held: asNanoUsd(row.held_nano_usd),
    reason: row.reason,
    grantedBy: row.granted_by,
    startsAtUnixMs: Number(row.starts_at_unix_ms),
    expiresAtUnixMs: Number(row.expires_at_unix_ms),
    createdAtUnixMs: Number(row.created_at_unix_ms),
    ...(row.revoked_at_unix_ms !== null && { revokedAtUnixMs: Number(row.revoked_at_unix_ms) }),
  };
}
