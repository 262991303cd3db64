import type { AuthClient, GoogleAuth } from 'google-auth-library';
import { systemClock, type Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { Refusal } from '../errors.ts';
import { replaceHeader } from '../wire/headers.ts';
import type { AccessTokens } from './access-tokens.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** From here on a new token is fetched, while the old one still serves. */
const REFRESH_BEFORE_MS = 5 * 60_000;

/** An older token may expire on its way. */
const LEAST_VALID_MS = 30_000;

/** Between two attempts at a new token while the old one still serves. */
const RETRY_AFTER_MS = 10_000;

/** A call waits no longer than this for its token. */
const DEADLINE_MS = 15_000;

/** The answer to credentials that do not say how long their token lives. */
const UNKNOWN_LIFETIME_MS = 10 * 60_000;

export interface GoogleAccessTokensOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Spares the search for one, which would ask gcloud and the metadata server. */
  readonly projectId?: string;
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

interface Token {
  readonly value: string;
  readonly expiresAtUnixMs: number;
}

class ApplicationDefaultTokens implements AccessTokens {
  readonly #options: GoogleAccessTokensOptions;
  readonly #clock: Clock;
  #auth: GoogleAuth | undefined;
  #token: Token | undefined;
  #quotaProject: string | undefined;
  #refreshing: Promise<string> | undefined;
  #failedAtUnixMs = -Infinity;

  constructor(options: GoogleAccessTokensOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get(): Promise<string> {
    const now = this.#clock.nowUnixMs();
    const token = this.#token;
    const leftMs = token === undefined ? 0 : token.expiresAtUnixMs - now;
    if (token === undefined || leftMs <= LEAST_VALID_MS) return this.#refresh();
    if (leftMs <= REFRESH_BEFORE_MS && now - this.#failedAtUnixMs >= RETRY_AFTER_MS) {
      // It logs its own failure, and the old token is still good.
      this.#refresh().catch(() => undefined);
    }
    return Promise.resolve(token.value);
  }

  quotaProject(): string | undefined {
    return this.#quotaProject;
  }

  #refresh(): Promise<string> {
    this.#refreshing ??= this.#fetch().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #fetch(): Promise<string> {
    try {
      const token = await withinDeadline(this.#newToken());
      // A metadata server may answer with the token it gave before: then it is not asked again at once.
      if (token.value === this.#token?.value) this.#failedAtUnixMs = this.#clock.nowUnixMs();
      this.#token = token;
      return token.value;
    } catch (cause) {
      this.#failedAtUnixMs = this.#clock.nowUnixMs();
      // Whoever logs in again has new credentials where the old ones were.
      this.#auth = undefined;
      // The error itself may carry the request, and with it the secret that was sent.
      this.#options.logger.error({ reason: messageOf(cause) }, 'failed to get ADC token');
      throw new Refusal(
        'upstream_error',
        'Candela has no Google credentials that work: where it runs, log in with' +
          ' `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS',
        { cause },
      );
    }
  }

  async #newToken(): Promise<Token> {
    this.#auth ??= await createAuth(this.#options.projectId);
    const client: AuthClient = await this.#auth.getClient();
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

async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no token within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.split('\n', 1).join('') : 'unknown';
}
