import type { SchemaComponent } from './migrate.ts';

/**
 * Tables `users` and `audit_log`. The log has no foreign key: it outlives the user it speaks of. Times are
 * milliseconds since 1970.
 */
export const USER_SCHEMA: SchemaComponent = {
  component: 'users',
  migrations: [
    `
    CREATE TABLE users (
      id TEXT PRIMARY KEY,
      email TEXT NOT NULL,
      display_name TEXT NOT NULL,
      role TEXT NOT NULL,
      status TEXT NOT NULL,
      created_at_unix_ms INTEGER NOT NULL
    ) STRICT;
    -- A user known by id alone has the email ''.
    CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email <> '';

    CREATE TABLE audit_log (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      user_id TEXT NOT NULL,
      actor_email TEXT NOT NULL,
      action TEXT NOT NULL,
      details TEXT NOT NULL,
      timestamp_unix_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX audit_log_by_user ON audit_log (user_id, timestamp_unix_ms);
    `,
    'ALTER TABLE users ADD COLUMN rate_limit INTEGER CHECK (rate_limit > 0)',
    `
    -- A JSON array of strings.
    ALTER TABLE users ADD COLUMN access_tags TEXT NOT NULL DEFAULT '[]';

    -- Whose audit log is asked for by an email that no user has any more.
    CREATE TABLE former_users (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      email TEXT NOT NULL,
      user_id TEXT NOT NULL
    ) STRICT;
    CREATE INDEX former_users_by_email ON former_users (email);
    `,
  ],
};
