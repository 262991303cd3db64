import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NOTHING, type Pots, type Split } from '../../budget/waterfall.ts';
import type { Grant, NewGrant } from '../../budget/ledger.ts';
import { asNanoUsd, type NanoUsd } from '../../money/index.ts';

/** One user's day, as the row has it; zeros where there is no row yet. */
export interface AccountRow {
  readonly limit: NanoUsd | undefined;
  readonly spent: NanoUsd;
  readonly grantsSpent: NanoUsd;
  readonly reserved: NanoUsd;
  readonly tokensUsed: number;
  /** Any at all, active or not; most users have none, and every call asks. */
  readonly hasGrants: boolean;
  /** The highest threshold of the limit that was told of, 0 for none. */
  readonly alertedPercent: number;
}

export interface GrantRow extends Grant {
  readonly held: NanoUsd;
}

export interface ReservationKey {
  readonly ownerId: bigint;
  readonly seq: number;
}

/** One user's day. */
export interface PeriodKey {
  readonly userId: string;
  readonly periodKey: string;
}

export interface ReservationRow extends ReservationKey, PeriodKey {
  readonly split: Split;
}

/**
 * The ledger's statements, each a plain question or change; which of them make one step is the ledger's
 * business. All changes must run inside a transaction.
 */
export class LedgerRows {
  readonly #account: StatementSync;
  readonly #addToPeriod: StatementSync;
  readonly #openPeriod: StatementSync;
  readonly #setAlerted: StatementSync;
  readonly #resetSpend: StatementSync;
  readonly #activeGrants: StatementSync;
  readonly #allGrants: StatementSync;
  readonly #grant: StatementSync;
  readonly #revokeGrant: StatementSync;
  readonly #addToGrant: StatementSync;
  readonly #insertReservation: StatementSync;
  readonly #deleteReservation: StatementSync;
  readonly #lapsed: StatementSync;
  readonly #setLimit: StatementSync;
  readonly #insertGrant: StatementSync;
  readonly #claimLate: StatementSync;

  constructor(db: DatabaseSync) {
    const money = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#account = money(
      `SELECT b.limit_nano_usd, p.spent_nano_usd, p.grants_spent_nano_usd, p.reserved_nano_usd, p.tokens_used,
              EXISTS (SELECT 1 FROM budget_grants AS g WHERE g.user_id = u.user_id), p.alerted_percent
         FROM (SELECT ?1 AS user_id) AS u
         LEFT JOIN budgets AS b ON b.user_id = u.user_id
         LEFT JOIN budget_periods AS p ON p.user_id = u.user_id AND p.period_key = ?2`,
    );
    // Every call asks three times, and the columns' names cost more than their values.
    this.#account.setReturnArrays(true);
    this.#addToPeriod = db.prepare(
      `UPDATE budget_periods
          SET spent_nano_usd = spent_nano_usd + ?3, grants_spent_nano_usd = grants_spent_nano_usd + ?4,
              reserved_nano_usd = reserved_nano_usd + ?5, tokens_used = tokens_used + ?6
        WHERE user_id = ?1 AND period_key = ?2`,
    );
    this.#openPeriod = db.prepare(
      'INSERT OR IGNORE INTO budget_periods (user_id, period_key) VALUES (?1, ?2)',
    );
    this.#setAlerted = db.prepare(
      'UPDATE budget_periods SET alerted_percent = ?3 WHERE user_id = ?1 AND period_key = ?2',
    );
    this.#resetSpend = db.prepare(
      `UPDATE budget_periods SET spent_nano_usd = 0, grants_spent_nano_usd = 0
        WHERE user_id = ?1 AND period_key = ?2`,
    );
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
    this.#insertGrant = db.prepare(
      `INSERT INTO budget_grants (id, user_id, amount_nano_usd, reason, granted_by, starts_at_unix_ms,
                                  expires_at_unix_ms, created_at_unix_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#claimLate = db.prepare('INSERT OR IGNORE INTO late_settlements (span_id) VALUES (?)');
  }

  account(userId: string, periodKey: string): AccountRow {
    const row = this.#account.get(userId, periodKey) as unknown as AccountColumns;
    const [limit, spent, grantsSpent, reserved, tokensUsed, hasGrants, alertedPercent] = row;
    return {
      limit: limit === null ? undefined : asNanoUsd(limit),
      spent: asNanoUsd(spent ?? 0n),
      grantsSpent: asNanoUsd(grantsSpent ?? 0n),
      reserved: asNanoUsd(reserved ?? 0n),
      tokensUsed: Number(tokensUsed ?? 0n),
      hasGrants: hasGrants === 1n,
      alertedPercent: Number(alertedPercent ?? 0n),
    };
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

  resetSpend(userId: string, periodKey: string): void {
    this.#resetSpend.run(userId, periodKey);
  }

  setAlerted({ userId, periodKey }: PeriodKey, percent: number): void {
    this.#setAlerted.run(userId, periodKey, percent);
  }

  /** `true` the first time: a settlement that comes late is written by whoever claims it. */
  claimLate(spanId: string): boolean {
    return this.#claimLate.run(spanId).changes !== 0;
  }

  hold(row: ReservationRow, expiresAtUnixMs: number): void {
    const { split } = row;
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
    if (split.budget !== 0n) this.#inPeriod(row, [0n, 0n, split.budget, 0]);
    for (const part of split.grants) this.#addToGrant.run(part.id, 0n, part.amount);
  }

  /** Gives back what a reservation holds, if it still holds it. */
  free(row: ReservationRow): void {
    if (this.drop(row)) this.exchange(row, row.split, NOTHING, 0);
  }

  /** Ends a reservation; `false` if it has lapsed. What it held is still to be given back, by `exchange`. */
  drop(row: ReservationRow): boolean {
    return this.#deleteReservation.run(row.ownerId, row.seq).changes !== 0;
  }

  /** Gives back what was held and charges what was spent, in one change of each row. */
  exchange(account: PeriodKey, held: Split, spent: Split, tokens: number): void {
    const fromGrants = spent.grants.reduce((sum, part) => sum + part.amount, 0n);
    this.#inPeriod(account, [spent.budget, fromGrants, 0n - held.budget, tokens]);
    for (const part of held.grants) this.#addToGrant.run(part.id, 0n, 0n - part.amount);
    for (const part of spent.grants) this.#addToGrant.run(part.id, part.amount, 0n);
  }

  /** Reservations that expired, or whose process is not listed any more. */
  lapsed(nowUnixMs: number): readonly ReservationRow[] {
    return this.#lapsed.all(nowUnixMs).map((raw) => {
      const row = raw as unknown as ReservationColumns;
      const grants = row.grants_json === '' ? [] : (JSON.parse(row.grants_json) as [string, string][]);
      return {
        ownerId: row.owner_id,
        seq: Number(row.seq),
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
    this.#setLimit.run(userId, limit);
  }

  insertGrant(id: string, grant: NewGrant, createdAtUnixMs: number): void {
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

  #inPeriod(
    { userId, periodKey }: PeriodKey,
    change: readonly [spent: bigint, grantsSpent: bigint, reserved: bigint, tokens: number],
  ): void {
    if (this.#addToPeriod.run(userId, periodKey, ...change).changes === 1) return;
    this.#openPeriod.run(userId, periodKey);
    this.#addToPeriod.run(userId, periodKey, ...change);
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

/** In the order of the statement; null where the user has no budget, or no row for the day. */
type AccountColumns = readonly [
  limit: bigint | null,
  spent: bigint | null,
  grantsSpent: bigint | null,
  reserved: bigint | null,
  tokensUsed: bigint | null,
  hasGrants: bigint,
  alertedPercent: bigint | null,
];

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
