import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { asNanoUsd, type NanoUsd } from '../../money/index.ts';
import type { TurnCache } from './group-commit.ts';

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

/** One user's day. */
export interface PeriodKey {
  readonly userId: string;
  readonly periodKey: string;
}

/** What is added to a day; what is given back is below zero. */
export interface DayChange {
  readonly spent: bigint;
  readonly grantsSpent: bigint;
  readonly reserved: bigint;
  readonly tokens: number;
}

/** A day that steps of this transaction have read and changed. */
interface OpenDay extends PeriodKey {
  row: AccountRow;
  unwritten: DayChange;
}

const NO_CHANGE: DayChange = { spent: 0n, grantsSpent: 0n, reserved: 0n, tokens: 0 };

/**
 * Users' days. Within a transaction of `GroupCommit` each is read once and written once, however many calls change it:
 * under load most of them are of the same few users. Elsewhere every question and change goes to the store.
 */
export class DayAccounts implements TurnCache {
  readonly #read: StatementSync;
  readonly #add: StatementSync;
  readonly #insert: StatementSync;
  readonly #setAlerted: StatementSync;
  readonly #resetSpend: StatementSync;
  /** `undefined` outside of a transaction. */
  #days: OpenDay[] | undefined;

  constructor(db: DatabaseSync) {
    this.#read = db.prepare(
      `SELECT b.limit_nano_usd, p.spent_nano_usd, p.grants_spent_nano_usd, p.reserved_nano_usd, p.tokens_used,
              EXISTS (SELECT 1 FROM budget_grants AS g WHERE g.user_id = u.user_id), p.alerted_percent
         FROM (SELECT ?1 AS user_id) AS u
         LEFT JOIN budgets AS b ON b.user_id = u.user_id
         LEFT JOIN budget_periods AS p ON p.user_id = u.user_id AND p.period_key = ?2`,
    );
    this.#read.setReadBigInts(true);
    // The columns' names cost more than their values.
    this.#read.setReturnArrays(true);
    this.#add = db.prepare(
      `UPDATE budget_periods
          SET spent_nano_usd = spent_nano_usd + ?3, grants_spent_nano_usd = grants_spent_nano_usd + ?4,
              reserved_nano_usd = reserved_nano_usd + ?5, tokens_used = tokens_used + ?6
        WHERE user_id = ?1 AND period_key = ?2`,
    );
    this.#insert = db.prepare('INSERT OR IGNORE INTO budget_periods (user_id, period_key) VALUES (?1, ?2)');
    this.#setAlerted = db.prepare(
      'UPDATE budget_periods SET alerted_percent = ?3 WHERE user_id = ?1 AND period_key = ?2',
    );
    this.#resetSpend = db.prepare(
      `UPDATE budget_periods SET spent_nano_usd = 0, grants_spent_nano_usd = 0
        WHERE user_id = ?1 AND period_key = ?2`,
    );
  }

  begin(): void {
    this.#days = [];
  }

  /** Writes what changed; whatever asks or changes by other statements must come after it. */
  write(): void {
    if (this.#days === undefined) return;
    for (const day of this.#days) if (day.unwritten !== NO_CHANGE) this.#write(day, day.unwritten);
    this.#days = [];
  }

  end(): void {
    this.#days = undefined;
  }

  at(userId: string, periodKey: string): AccountRow {
    return this.#days === undefined
      ? this.#fromStore(userId, periodKey)
      : this.#open(this.#days, userId, periodKey).row;
  }

  change({ userId, periodKey }: PeriodKey, change: DayChange): void {
    if (this.#days === undefined) {
      this.#write({ userId, periodKey }, change);
      return;
    }
    const day = this.#open(this.#days, userId, periodKey);
    const { row, unwritten } = day;
    day.row = {
      limit: row.limit,
      spent: asNanoUsd(row.spent + change.spent),
      grantsSpent: asNanoUsd(row.grantsSpent + change.grantsSpent),
      reserved: asNanoUsd(row.reserved + change.reserved),
      tokensUsed: row.tokensUsed + change.tokens,
      hasGrants: row.hasGrants,
      alertedPercent: row.alertedPercent,
    };
    day.unwritten = {
      spent: unwritten.spent + change.spent,
      grantsSpent: unwritten.grantsSpent + change.grantsSpent,
      reserved: unwritten.reserved + change.reserved,
      tokens: unwritten.tokens + change.tokens,
    };
  }

  setAlerted({ userId, periodKey }: PeriodKey, percent: number): void {
    this.write();
    this.#setAlerted.run(userId, periodKey, percent);
  }

  resetSpend({ userId, periodKey }: PeriodKey): void {
    this.write();
    this.#resetSpend.run(userId, periodKey);
  }

  #open(days: OpenDay[], userId: string, periodKey: string): OpenDay {
    for (const day of days) if (day.userId === userId && day.periodKey === periodKey) return day;
    const day = { userId, periodKey, row: this.#fromStore(userId, periodKey), unwritten: NO_CHANGE };
    days.push(day);
    return day;
  }

  #fromStore(userId: string, periodKey: string): AccountRow {
    const row = this.#read.get(userId, periodKey) as unknown as AccountColumns;
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

  #write({ userId, periodKey }: PeriodKey, { spent, grantsSpent, reserved, tokens }: DayChange): void {
    const add = () => this.#add.run(userId, periodKey, spent, grantsSpent, reserved, tokens);
    if (add().changes === 1) return;
    this.#insert.run(userId, periodKey);
    add();
  }
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
