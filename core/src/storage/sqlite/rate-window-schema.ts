import type { SchemaComponent } from './migrate.ts';

/** Table `rate_windows`: a row a user and minute, gone soon after. */
export const RATE_WINDOW_SCHEMA: SchemaComponent = {
  component: 'rate_windows',
  migrations: [
    `
    CREATE TABLE rate_windows (
      unix_minute INTEGER NOT NULL,
      user_id TEXT NOT NULL,
      calls INTEGER NOT NULL,
      PRIMARY KEY (unix_minute, user_id)
    ) STRICT, WITHOUT ROWID;
    `,
  ],
};
