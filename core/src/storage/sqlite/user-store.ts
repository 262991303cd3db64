import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { EmailTakenError, type AuditRecord, type UserRecord, type UserStore } from '../user-store.ts';

/** Users and their audit log in a database opened with `USER_SCHEMA`, which stays the caller's to close. */
export function createSqliteUserStore(db: DatabaseSync): UserStore {
  const byId = db.prepare('SELECT * FROM users WHERE id = ?');
  const byEmail = db.prepare(`SELECT * FROM users WHERE email = ? AND email <> ''`);
  const add = db.prepare(
    'INSERT INTO users (id, email, display_name, role, status, created_at_unix_ms, rate_limit)' +
      ' VALUES (?, ?, ?, ?, ?, ?, ?)' +
      ' ON CONFLICT DO NOTHING',
  );
  const activate = db.prepare(`UPDATE users SET status = 'active' WHERE id = ? AND status = 'provisioned'`);
  const append = db.prepare(
    'INSERT INTO audit_log (id, user_id, actor_email, action, details, timestamp_unix_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const audit = db.prepare(
    'SELECT * FROM audit_log WHERE user_id = ? ORDER BY timestamp_unix_ms DESC, seq DESC LIMIT ?',
  );
  return {
    async find(idOrEmail) {
      const row = byId.get(idOrEmail) ?? byEmail.get(idOrEmail.toLowerCase());
      return row && userFromRow(row);
    },
    async ensure(user) {
      const email = user.email.toLowerCase();
      const { id, displayName, role, status, createdAtUnixMs, rateLimit } = user;
      add.run(id, email, displayName, role, status, createdAtUnixMs, rateLimit ?? null);
      const row = byId.get(user.id);
      if (row === undefined) throw new EmailTakenError(email);
      return userFromRow(row);
    },
    async activate(userId) {
      activate.run(userId);
      const row = byId.get(userId);
      return row && userFromRow(row);
    },
    async appendAudit(entry) {
      const { id, userId, actorEmail, action, details, timestampUnixMs } = entry;
      append.run(id, userId, actorEmail, action, details, timestampUnixMs);
    },
    async listAudit(userId, limit) {
      return audit.all(userId, limit).map(auditFromRow);
    },
    async close() {},
  };
}

function userFromRow(row: Record<string, SQLOutputValue>): UserRecord {
  return {
    id: String(row['id']),
    email: String(row['email']),
    displayName: String(row['display_name']),
    role: row['role'] as UserRecord['role'],
    status: row['status'] as UserRecord['status'],
    ...(row['rate_limit'] !== null && { rateLimit: Number(row['rate_limit']) }),
    createdAtUnixMs: Number(row['created_at_unix_ms']),
  };
}

function auditFromRow(row: Record<string, SQLOutputValue>): AuditRecord {
  return {
    id: String(row['id']),
    userId: String(row['user_id']),
    actorEmail: String(row['actor_email']),
    action: row['action'] as AuditRecord['action'],
    details: String(row['details']),
    timestampUnixMs: Number(row['timestamp_unix_ms']),
  };
}
