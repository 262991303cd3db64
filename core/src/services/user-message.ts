import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AuditEntrySchema,
  UserRole,
  UserSchema,
  UserStatus,
  type AuditEntry,
  type User,
} from '@candela/proto/types/user';
import type { AuditRecord, UserRecord } from '../storage/user-store.ts';

const ROLES = { developer: UserRole.DEVELOPER, admin: UserRole.ADMIN } as const;
const STATUSES = {
  provisioned: UserStatus.PROVISIONED,
  active: UserStatus.ACTIVE,
  inactive: UserStatus.INACTIVE,
} as const;

export function userMessage(user: UserRecord): User {
  return create(UserSchema, {
    id: user.id,
    email: user.email,
    displayName: user.displayName,
    role: ROLES[user.role],
    status: STATUSES[user.status],
    ...(user.rateLimit !== undefined && { rateLimit: user.rateLimit }),
    ...(user.accessTags && { accessTags: [...user.accessTags] }),
    createdAt: timestampFromMs(user.createdAtUnixMs),
  });
}

/** `undefined` where the message does not state one. */
export function roleOf(role: UserRole): UserRecord['role'] | undefined {
  if (role === UserRole.ADMIN) return 'admin';
  return role === UserRole.DEVELOPER ? 'developer' : undefined;
}

/** `undefined` where the message does not state one. */
export function statusOf(status: UserStatus): UserRecord['status'] | undefined {
  const known = ['provisioned', 'active', 'inactive'] as const;
  return known.find((name) => STATUSES[name] === status);
}

export function auditMessage(entry: AuditRecord): AuditEntry {
  const { id, userId, actorEmail, action, details, timestampUnixMs } = entry;
  const timestamp = timestampFromMs(timestampUnixMs);
  return create(AuditEntrySchema, { id, userId, actorEmail, action, details, timestamp });
}
