import type { AuthClient, GoogleAuth } from 'google-auth-library';
import { systemClock, type Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { Refusal } from '../errors.ts';
import { replaceHeader } from '../wire/headers.ts';
import type { AccessTokens } from './access-tokens.ts';
import { KeptToken, REFRESH_BEFORE_MS, UNKNOWN_LIFETIME_MS, type TimedToken } from './kept-token.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

export interface GoogleAccessTokensOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Spares the search for one, which would ask gcloud and the metadata server. */
  readonly projectId?: string;
  /** Credentials that go before Application Default Credentials, if there are any. */
  readonly signedIn?: (() => Promise<AuthClient | undefined>) | undefined;
}

/**
 * Application Default Credentials: https://cloud.google.com/docs/authentication/application-default-credentials
 *
 * A token is kept, and replaced five minutes before its end without any call waiting for it. However many calls
 * ask, one refresh is under way at a time.
 */
export function googleAccessTokens(options: GoogleAccessTokensOptions): AccessTokens {
  return new ApplicationDefaultTokens(options);
}

/** Names Candela's own Google account, in place of whatever the client sent. */
export async function authorizeByGoogle(headers: string[], tokens: AccessTokens): Promise<void> {
  replaceHeader(headers, 'authorization', `Bearer ${await tokens.get()}`);
  replaceHeader(headers, 'x-goog-user-project', tokens.quotaProject?.());
}

class ApplicationDefaultTokens implements AccessTokens {
  readonly #options: GoogleAccessTokensOptions;
  readonly #clock: Clock;
  readonly #token: KeptToken;
  #client: Promise<AuthClient> | undefined;
  #quotaProject: string | undefined;

  constructor(options: GoogleAccessTokensOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#token = new KeptToken({
      fetch: () => this.#newToken(),
      failed: (cause) => this.#failed(cause),
      clock: this.#clock,
    });
  }

  get(): Promise<string> {
    return this.#token.get();
  }

  quotaProject(): string | undefined {
    return this.#quotaProject;
  }

  async #open(): Promise<AuthClient> {
    const { signedIn, projectId } = this.#options;
    return (await signedIn?.()) ?? (await createAuth(projectId)).getClient();
  }

  #failed(cause: unknown): Refusal {
    // Whoever logs in again has new credentials where the old ones were.
    this.#client = undefined;
    // The error itself may carry the request, and with it the secret that was sent.
    this.#options.logger.error({ reason: messageOf(cause) }, 'failed to get ADC token');
    return new Refusal(
      'upstream_error',
      'Candela has no Google credentials that work: where it runs, log in with' +
        ' `candela auth login` or `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS',
      { cause },
    );
  }

  async #newToken(): Promise<TimedToken> {
    this.#client ??= this.#open();
    const client = await this.#client;
    const { token } = await client.getAccessToken();
    if (!token) throw new Error('the credentials gave no access token');
    this.#quotaProject = client.quotaProjectId;
    const expiresAtUnixMs = client.credentials.expiry_date ?? this.#clock.nowUnixMs() + UNKNOWN_LIFETIME_MS;
    return { value: token, expiresAtUnixMs };
  }
}

/** Loaded at the first use: most who run Candela have no Google account. */
async function createAuth(projectId: string | undefined): Promise<GoogleAuth> {
  const google = await import('google-auth-library');
  return new google.GoogleAuth({
    scopes: [SCOPE],
    projectId: projectId ?? 'not-needed',
    // The library keeps a token too; it must not answer with one that is about to be replaced.
    clientOptions: { eagerRefreshThresholdMillis: REFRESH_BEFORE_MS + 60_000 },
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.split('\n', 1).join('') : 'unknown';
}
