import type { AuthClient } from 'google-auth-library';
import {
  REFRESH_BEFORE_MS,
  UNKNOWN_LIFETIME_MS,
  type TimedToken,
} from '../../gateway/credentials/kept-token.ts';
import { readCredentials, type StoredCredentials } from './credentials-file.ts';
import type * as GoogleLibrary from './google-library.ts';
import { jwtPayload } from './jwt-payload.ts';
import { timedAgent } from './timed-agent.ts';

/** Who somebody is (OpenID Connect), and Google Cloud in their name, which impersonation asks for. */
export const SCOPES = ['openid', 'email', 'https://www.googleapis.com/auth/cloud-platform'] as const;

/** The developer's own credentials. */
export interface GoogleCredentials {
  /** `candela`: from `candela auth login`. `adc`: Application Default Credentials, of gcloud or of a workload. */
  readonly source: 'candela' | 'adc';
  readonly client: AuthClient;
  /** As it was at the sign-in; absent where it is not known without asking. */
  readonly account: string | undefined;
}

/** The library keeps a token too; it must not answer with one that is about to be replaced. */
const EAGER = { eagerRefreshThresholdMillis: REFRESH_BEFORE_MS + 60_000 };

/** For Google's library: what gets no answer is not sent again and again, while somebody waits. */
export const TRANSPORT = { agent: timedAgent, retryConfig: { noResponseRetries: 0 } };

const OPTIONS = { ...EAGER, transporterOptions: TRANSPORT };

/** Those of `candela auth login`; `undefined` if nobody has. @throws CredentialsFileError */
export async function signedInClient(home: string): Promise<AuthClient | undefined> {
  const stored = await readCredentials(home);
  return stored && userClient(await import('./google-library.ts'), stored);
}

/** Those of `candela auth login`, else Application Default Credentials. @throws CredentialsFileError, Error */
export async function openGoogleCredentials(home: string): Promise<GoogleCredentials> {
  const stored = await readCredentials(home);
  const google = await import('./google-library.ts');
  if (stored !== undefined) {
    return { source: 'candela', client: userClient(google, stored), account: stored.account };
  }
  const auth = new google.GoogleAuth({
    ...{ scopes: [...SCOPES], projectId: 'not-needed', clientOptions: OPTIONS },
  });
  const client = await auth.getClient();
  return { source: 'adc', client, account: client instanceof google.JWT ? client.email : undefined };
}

function userClient(
  { UserRefreshClient }: Pick<typeof GoogleLibrary, 'UserRefreshClient'>,
  stored: StoredCredentials,
): AuthClient {
  return new UserRefreshClient({
    ...{ clientId: stored.client_id, clientSecret: stored.client_secret, refreshToken: stored.refresh_token },
    ...{ endpoints: { oauth2TokenUrl: stored.token_uri }, ...OPTIONS },
  });
}

/** An OAuth2 access token of these credentials. */
export async function accessTokenOf({ client }: GoogleCredentials): Promise<TimedToken> {
  const { token } = await client.getAccessToken();
  if (!token) throw new Error('the credentials gave no access token');
  return {
    value: token,
    expiresAtUnixMs: client.credentials.expiry_date ?? Date.now() + UNKNOWN_LIFETIME_MS,
  };
}

/**
 * An ID token of these credentials. A person's is always for the OAuth client that they signed in with, whatever
 * audience is asked for; a service account's is for the audience:
 * https://cloud.google.com/docs/authentication/get-id-token
 */
export async function idTokenOf({ client }: GoogleCredentials, audience: string): Promise<TimedToken> {
  if (!hasIdTokens(client)) {
    throw new Error(`credentials of this kind (${client.constructor.name}) give no ID token`);
  }
  return timed(await client.fetchIdToken(audience));
}

/** Where gcloud, too, takes another address of the IAM Credentials API from. */
const IAM_CREDENTIALS_ENDPOINT = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS';

/**
 * An ID token of a service account that these credentials may act as:
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
 */
export async function impersonatedIdToken(
  { client }: GoogleCredentials,
  { audience, serviceAccount }: { readonly audience: string; readonly serviceAccount: string },
): Promise<TimedToken> {
  const base = process.env[IAM_CREDENTIALS_ENDPOINT] || 'https://iamcredentials.googleapis.com/';
  const account = encodeURIComponent(serviceAccount);
  const { data } = await client.request<{ readonly token?: unknown }>({
    url: `${base.replace(/\/+$/, '')}/v1/projects/-/serviceAccounts/${account}:generateIdToken`,
    method: 'POST',
    data: { audience, includeEmail: true },
  });
  if (typeof data.token !== 'string') throw new Error('the IAM Credentials API gave no token');
  return timed(data.token);
}

interface WithIdTokens {
  fetchIdToken(audience: string): Promise<string>;
}

function hasIdTokens(client: AuthClient): client is AuthClient & WithIdTokens {
  return 'fetchIdToken' in client;
}

function timed(token: unknown): TimedToken {
  // Google leaves it out where the sign-in did not ask for the scope `openid`.
  if (typeof token !== 'string') throw new Error('the credentials gave no ID token: sign in again');
  return {
    value: token,
    expiresAtUnixMs: jwtPayload(token).expiresAtUnixMs ?? Date.now() + UNKNOWN_LIFETIME_MS,
  };
}
