import type { Page } from './span-store.ts';

export type UserRole = 'developer' | 'admin';
export type UserStatus = 'provisioned' | 'active' | 'inactive';

export interface UserRecord {
  readonly id: string;
  /** Lower case. */
  readonly email: string;
  readonly displayName: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  /** Calls a minute, at least one; absent: the default. */
  readonly rateLimit?: number;
  /** Tags that open models with `required_access`; absent: none. */
  readonly accessTags?: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAtUnixMs: number;
}

/** Contract section 4. */
export type AuditAction =
  | 'create_user'
  | 'update_user'
  | 'set_budget'
  | 'reset_spend'
  | 'create_grant'
  | 'revoke_grant'
  | 'deactivate_user'
  | 'reactivate_user'
  | 'delete_user';

/** What an admin did to whom; outlives the user it speaks of. */
export interface AuditRecord {
  readonly id: string;
  readonly userId: string;
  readonly actorEmail: string;
  readonly action: AuditAction;
  readonly details: string;
  readonly timestampUnixMs: number;
}

/** Another user has this email already. */
export class EmailTakenError extends Error {
  override readonly name = 'EmailTakenError';

  constructor(email: string) {
    super(
      `a user with the email ${email} is there already, under another id: use that user, or another email`,
    );
  }
}

/** Nobody would be left who could make an admin of somebody. */
export class LastAdminError extends Error {
  override readonly name = 'LastAdminError';

  constructor() {
    super('this is the last active admin: make somebody else an admin first');
  }
}

/** What is not named stays as it is. */
export interface UserChange {
  readonly displayName?: string;
  readonly role?: UserRole;
  readonly status?: UserStatus;
  /** Replaces all tags. */
  readonly accessTags?: readonly string[];
  /** `default`: no limit of the user's own. */
  readonly rateLimit?: number | 'default';
}

export interface UserPage {
  readonly users: readonly UserRecord[];
  /** On all pages. */
  readonly totalCount: number;
}

export interface UserStore {
  /** By id, else by email (lower-cased for the comparison). */
  find(idOrEmail: string): Promise<UserRecord | undefined>;
  /**
   * Adds the user unless one with that id is there; answers the stored one.
   *
   * @throws EmailTakenError if the user is new and its email, other than `''`, belongs to another.
   */
  ensure(user: UserRecord): Promise<UserRecord>;
  /** Makes a provisioned user active, and leaves any other as they are; answers the stored one. */
  activate(userId: string): Promise<UserRecord | undefined>;
  /** By email, then by id; `status`: only those. */
  list(page: Page, status?: UserStatus): Promise<UserPage>;
  /**
   * Answers the user as changed; `undefined`: there is none with that id.
   *
   * @throws LastAdminError if no admin would be left who is not inactive, however many are changed at once.
   */
  update(userId: string, change: UserChange): Promise<UserRecord | undefined>;
  /** Removes an inactive user, and no other; answers the one that was removed. */
  delete(userId: string): Promise<UserRecord | undefined>;
  /** The id that a removed user of this email had, the last one of several. */
  formerId(email: string): Promise<string | undefined>;
  appendAudit(entry: AuditRecord): Promise<void>;
  /** Newest first. */
  listAudit(userId: string, limit: number): Promise<readonly AuditRecord[]>;
  close(): Promise<void>;
}
