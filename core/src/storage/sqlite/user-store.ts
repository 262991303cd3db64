import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import {
  EmailTakenError,
  LastAdminError,
  type AuditRecord,
  type UserRecord,
  type UserStore,
} from '../user-store.ts';
import { inTransaction } from './transaction.ts';

/** Users and their audit log in a database opened with `USER_SCHEMA`, which stays the caller's to close. */
export function createSqliteUserStore(db: DatabaseSync): UserStore {
  const byId = db.prepare('SELECT * FROM users WHERE id = ?');
  const byEmail = db.prepare(`SELECT * FROM users WHERE email = ? AND email <> ''`);
  const add = db.prepare(
    'INSERT INTO users (id, email, display_name, role, status, created_at_unix_ms, rate_limit, access_tags)' +
      ' VALUES (?, ?, ?, ?, ?, ?, ?, ?)' +
      ' ON CONFLICT DO NOTHING',
  );
  const activate = db.prepare(`UPDATE users SET status = 'active' WHERE id = ? AND status = 'provisioned'`);
  const page = db.prepare(
    'SELECT * FROM users WHERE ?1 IS NULL OR status = ?1 ORDER BY email, id LIMIT ?2 OFFSET ?3',
  );
  const count = db.prepare('SELECT count(*) AS n FROM users WHERE ?1 IS NULL OR status = ?1');
  const change = db.prepare(
    'UPDATE users SET display_name = ?, role = ?, status = ?, rate_limit = ?, access_tags = ? WHERE id = ?',
  );
  const anAdmin = db.prepare(`SELECT 1 FROM users WHERE role = 'admin' AND status <> 'inactive' LIMIT 1`);
  const remove = db.prepare(`DELETE FROM users WHERE id = ? AND status = 'inactive' RETURNING *`);
  const addFormer = db.prepare('INSERT INTO former_users (email, user_id) VALUES (?, ?)');
  const former = db.prepare('SELECT user_id FROM former_users WHERE email = ? ORDER BY seq DESC LIMIT 1');
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
      const { id, displayName, role, status, createdAtUnixMs, rateLimit, accessTags = [] } = user;
      const tags = JSON.stringify(accessTags);
      add.run(id, email, displayName, role, status, createdAtUnixMs, rateLimit ?? null, tags);
      const row = byId.get(user.id);
      if (row === undefined) throw new EmailTakenError(email);
      return userFromRow(row);
    },
    async activate(userId) {
      activate.run(userId);
      const row = byId.get(userId);
      return row && userFromRow(row);
    },
    async list({ limit, offset }, status) {
      const wanted = status ?? null;
      const users = page.all(wanted, limit, offset).map(userFromRow);
      return { users, totalCount: Number(count.get(wanted)?.['n']) };
    },
    async update(userId, changes) {
      return inTransaction(db, () => {
        const row = byId.get(userId);
        if (row === undefined) return undefined;
        const before = userFromRow(row);
        const { displayName, role, status, accessTags = [] } = { ...before, ...changes };
        const rateLimit = changes.rateLimit ?? before.rateLimit ?? 'default';
        const limit = rateLimit === 'default' ? null : rateLimit;
        change.run(displayName, role, status, limit, JSON.stringify(accessTags), userId);
        if (isActingAdmin(before) && anAdmin.get() === undefined) throw new LastAdminError();
        const changed = byId.get(userId);
        return changed && userFromRow(changed);
      });
    },
    async delete(userId) {
      return inTransaction(db, () => {
        const row = remove.get(userId);
        if (row === undefined) return undefined;
        const user = userFromRow(row);
        addFormer.run(user.email, user.id);
        return user;
      });
    },
    async formerId(email) {
      const row = former.get(email.toLowerCase());
      return row && String(row['user_id']);
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

/** One who can make an admin of somebody. */
function isActingAdmin({ role, status }: UserRecord): boolean {
  return role === 'admin' && status !== 'inactive';
}

function userFromRow(row: Record<string, SQLOutputValue>): UserRecord {
  return {
    id: String(row['id']),
    email: String(row['email']),
    displayName: String(row['display_name']),
    role: row['role'] as UserRecord['role'],
    status: row['status'] as UserRecord['status'],
    ...(row['rate_limit'] !== null && { rateLimit: Number(row['rate_limit']) }),
    ...(row['access_tags'] !== '[]' && { accessTags: JSON.parse(String(row['access_tags'])) as string[] }),
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
