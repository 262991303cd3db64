import type { SchemaComponent } from './migrate.ts';

/**
 * The ledger's tables. Amounts are whole nano-dollars, times milliseconds since 1970.
 *
 * `reserved` and `held` are the sums of the open reservations, kept beside `spent` so that admission reads one
 * row however many calls are in flight; both change in the transaction that changes the reservation.
 */
export const LEDGER_SCHEMA: SchemaComponent = {
  component: 'ledger',
  migrations: [
    `
  CREATE TABLE budgets (
    user_id TEXT PRIMARY KEY,
    limit_nano_usd INTEGER NOT NULL CHECK (limit_nano_usd > 0)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_periods (
    user_id TEXT NOT NULL,
    period_key TEXT NOT NULL,
    spent_nano_usd INTEGER NOT NULL DEFAULT 0,
    grants_spent_nano_usd INTEGER NOT NULL DEFAULT 0,
    reserved_nano_usd INTEGER NOT NULL DEFAULT 0,
    tokens_used INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, period_key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE budget_grants (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    amount_nano_usd INTEGER NOT NULL CHECK (amount_nano_usd > 0),
    spent_nano_usd INTEGER NOT NULL DEFAULT 0,
    held_nano_usd INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    starts_at_unix_ms INTEGER NOT NULL,
    expires_at_unix_ms INTEGER NOT NULL,
    created_at_unix_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX budget_grants_by_user ON budget_grants (user_id, expires_at_unix_ms);

  -- The process that holds a reservation: one that is gone holds none.
  CREATE TABLE ledger_owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_started_at_unix_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE reservations (
    owner_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    period_key TEXT NOT NULL,
    budget_nano_usd INTEGER NOT NULL,
    grants_json TEXT NOT NULL,
    expires_at_unix_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_id, seq)
  ) STRICT, WITHOUT ROWID;

  -- What a span store has not acknowledged yet.
  CREATE TABLE span_outbox (
    seq INTEGER PRIMARY KEY,
    span_id TEXT NOT NULL,
    span_json TEXT NOT NULL
  ) STRICT;
  `,
    `
  -- The highest share of the limit, in percent, that somebody was told of; one that was told is not told again.
  ALTER TABLE budget_periods ADD COLUMN alerted_percent INTEGER NOT NULL DEFAULT 0;

  ALTER TABLE budget_grants ADD COLUMN revoked_at_unix_ms INTEGER;

  -- Settlements that failed at first and were written later, so that whoever comes second leaves them alone.
  CREATE TABLE late_settlements (
    span_id TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  `,
    `
  -- What all users together spent and hold of a model that has a daily cap.
  CREATE TABLE model_days (
    model TEXT NOT NULL,
    period_key TEXT NOT NULL,
    spent_nano_usd INTEGER NOT NULL DEFAULT 0,
    reserved_nano_usd INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (model, period_key)
  ) STRICT, WITHOUT ROWID;

  -- A reservation's part of them; the columns are not in reservations, so that calls without a cap pay nothing for them.
  CREATE TABLE model_holds (
    owner_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    model TEXT NOT NULL,
    amount_nano_usd INTEGER NOT NULL,
    PRIMARY KEY (owner_id, seq)
  ) STRICT, WITHOUT ROWID;
  `,
    `
  -- The owner of what outlives its process: its name is no host's, so nobody finds it dead.
  INSERT INTO ledger_owners (id, host, pid, process_started_at_unix_ms) VALUES (0, '', 0, 0);
  `,
  ],
};
