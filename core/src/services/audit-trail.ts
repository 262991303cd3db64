import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Caller } from '../gateway/gates/identity.ts';
import type { AuditAction, UserRecord, UserStore } from '../storage/user-store.ts';

/** Keeps what an admin did to a user; `details` are the values involved. */
export type AuditTrail = (
  caller: Caller,
  user: Pick<UserRecord, 'id'>,
  action: AuditAction,
  details: object,
) => Promise<void>;

export function auditTrail(users: Pick<UserStore, 'appendAudit'>, clock: Clock): AuditTrail {
  return (caller, user, action, details) =>
    users.appendAudit({
      id: randomUUID(),
      userId: user.id,
      actorEmail: caller.email,
      action,
      details: JSON.stringify(details),
      timestampUnixMs: clock.nowUnixMs(),
    });
}
