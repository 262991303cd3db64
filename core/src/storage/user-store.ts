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
  /** Milliseconds since 1970. */
  readonly createdAtUnixMs: number;
}

/** What an admin did to whom; outlives the user it speaks of. */
export interface AuditRecord {
  readonly id: string;
  readonly userId: string;
  readonly actorEmail: string;
  readonly action: 'set_budget' | 'reset_spend' | 'create_grant' | 'revoke_grant';
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
  appendAudit(entry: AuditRecord): Promise<void>;
  /** Newest first. */
  listAudit(userId: string, limit: number): Promise<readonly AuditRecord[]>;
  close(): Promise<void>;
}
