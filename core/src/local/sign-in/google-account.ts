import { request } from 'undici';
import type { IdentityMode } from '../team/remote-identity.ts';
import { credentialsPath, readCredentials, removeCredentials } from './credentials-file.ts';
import {
  accessTokenOf,
  idTokenOf,
  impersonatedIdToken,
  openGoogleCredentials,
  type GoogleCredentials,
} from './google-credentials.ts';
import { jwtPayload } from './jwt-payload.ts';
import { tokenFailureOf, type TokenFailure } from './token-failure.ts';

/** Who the developer is to Google, as far as a token that works says it. */
export type GoogleAccount =
  | {
      readonly isSignedIn: true;
      readonly source: GoogleCredentials['source'];
      /** Lower case; absent where credentials do not say. */
      readonly account: string | undefined;
      /** The present access token's end; it is renewed by itself. */
      readonly expiresAtUnixMs: number;
      /** Of the sign-in; absent where it is not Candela's. */
      readonly path?: string;
    }
  | { readonly isSignedIn: false; readonly failure: TokenFailure };

/** Asks for a token, and so finds out. Never rejects for a sign-in that does not work. */
export async function googleAccount(home: string): Promise<GoogleAccount> {
  try {
    const credentials = await openGoogleCredentials(home);
    const { expiresAtUnixMs } = await accessTokenOf(credentials);
    const { source, client } = credentials;
    const idToken = client.credentials.id_token;
    return {
      ...{ isSignedIn: true, source, expiresAtUnixMs },
      account: idToken ? (jwtPayload(idToken).email ?? credentials.account) : credentials.account,
      ...(source === 'candela' && { path: credentialsPath(home) }),
    };
  } catch (cause) {
    return { isSignedIn: false, failure: tokenFailureOf(cause) };
  }
}

/** `access`: OAuth2. `id`: OpenID Connect. `iap`: the service account's that a call through IAP carries. */
export type TokenKind = 'access' | 'id' | 'iap';

/** A token of the kind that the daemon sends. @throws TokenError */
export async function googleToken(home: string, kind: TokenKind, mode: IdentityMode): Promise<string> {
  if (kind === 'iap' && mode.kind !== 'iap') {
    throw new TokenError('there is no IAP: remote, audience and iap_service_account are not configured');
  }
  try {
    const credentials = await openGoogleCredentials(home);
    if (kind === 'access') return (await accessTokenOf(credentials)).value;
    if (kind === 'iap' && mode.kind === 'iap') return (await impersonatedIdToken(credentials, mode)).value;
    const audience = mode.kind === 'id-token' ? mode.audience : '';
    return (await idTokenOf(credentials, audience)).value;
  } catch (cause) {
    throw new TokenError(tokenFailureOf(cause).message);
  }
}

/** The message says what to do; no cause, because that would carry the request and its secret. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

const REVOKE_MS = 5_000;

/**
 * Forgets the sign-in, here and at Google. `none`: there was none. `kept`: forgotten here, while Google could not be
 * told, so that whoever has a copy of the file can still use it.
 */
export async function signOut(home: string): Promise<'none' | 'revoked' | 'kept'> {
  const stored = await readCredentials(home).catch(() => 'damaged' as const);
  if (stored === undefined) return 'none';
  await removeCredentials(home);
  if (stored === 'damaged') return 'kept';
  return (await revoked(stored)) ? 'revoked' : 'kept';
}

/** https://developers.google.com/identity/protocols/oauth2/native-app#tokenrevoke */
async function revoked(stored: {
  readonly token_uri: string;
  readonly refresh_token: string;
}): Promise<boolean> {
  try {
    const { statusCode, body } = await request(new URL('/revoke', stored.token_uri), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: stored.refresh_token }).toString(),
      signal: AbortSignal.timeout(REVOKE_MS),
    });
    await body.dump();
    // 400: the token was none any more.
    return statusCode === 200 || statusCode === 400;
  } catch {
    return false;
  }
}
