/** How the fake treats whoever comes next; what is left out is as Google does it. */
export interface Behaviour {
  /** Seconds that access and ID tokens live. */
  readonly lifetimeSeconds?: number;
  /** The browser comes back with a state that nobody has sent, or with no consent. */
  readonly consent?: 'wrong-state' | 'access_denied';
  /** What the token endpoint does: `refused` is RFC 6749's `invalid_grant`; `slow` gives no answer. */
  readonly tokens?: 'refused' | 'error' | 'slow';
  /** The IAM Credentials API does not let the caller act as the service account. */
  readonly impersonation?: 'forbidden';
  /** Who signs in. */
  readonly email?: string;
}

export const CLIENT_ID = 'candela-test.apps.googleusercontent.com';
export const CLIENT_SECRET = 'GOCSPX-the-secret-of-the-client';
export const DEVELOPER = 'dev@example.com';

/** What the fake has given out and been asked, for a test to look at. */
export interface OAuthJournal {
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly grant: string | null;
  }[];
  readonly refreshTokens: readonly string[];
  readonly revoked: readonly string[];
  readonly accessTokens: readonly string[];
  /** Why sign-ins or exchanges were refused. */
  readonly complaints: readonly string[];
}
