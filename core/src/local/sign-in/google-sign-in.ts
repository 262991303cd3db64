import { randomBytes } from 'node:crypto';
import type { Credentials, GetTokenOptions, OAuth2Client } from 'google-auth-library';
import type { StoredCredentials } from './credentials-file.ts';
import { GOOGLE_TOKEN_URI, type GoogleClient } from './google-client.ts';
import { SCOPES, TRANSPORT } from './google-credentials.ts';
import { jwtPayload } from './jwt-payload.ts';
import { listenForRedirect, type Redirect, type RedirectListener } from './loopback-redirect.ts';
import { tokenFailureOf } from './token-failure.ts';

export interface SignInOptions {
  readonly client: GoogleClient;
  /** Given the address that the browser has to go to. */
  readonly show: (url: string) => Promise<void>;
  /** Told of an answer that is of another sign-in, and so was passed over. */
  readonly onStray: () => void;
  /** How long the person may take. */
  readonly timeoutMs: number;
}

/** There is no sign-in; the message says why, and what to do. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
}

/**
 * Signs a person in with Google in their browser: OAuth 2.0 for installed apps with PKCE (RFC 8252, RFC 7636).
 * https://developers.google.com/identity/protocols/oauth2/native-app
 *
 * @throws SignInError
 */
export async function signInWithGoogle(options: SignInOptions): Promise<StoredCredentials> {
  const { client, show, onStray, timeoutMs } = options;
  const google = await import('./google-library.ts');
  const tokenUri = client.tokenUri ?? GOOGLE_TOKEN_URI;
  const oauth = new google.OAuth2Client({
    ...{ clientId: client.clientId, clientSecret: client.clientSecret, transporterOptions: TRANSPORT },
    endpoints: {
      oauth2TokenUrl: tokenUri,
      ...(client.authUri !== undefined && { oauth2AuthBaseUrl: client.authUri }),
    },
  });
  const { codeVerifier, codeChallenge = '' } = await oauth.generateCodeVerifierAsync();
  const state = randomBytes(32).toString('base64url');
  const listener = await listenForRedirect(state, onStray);
  try {
    const { redirectUri } = listener;
    await show(
      oauth.generateAuthUrl({
        ...{ access_type: 'offline', prompt: 'consent', scope: [...SCOPES] },
        ...{ state, redirect_uri: redirectUri },
        ...{ code_challenge: codeChallenge, code_challenge_method: google.CodeChallengeMethod.S256 },
      }),
    );
    const redirect = await answerOf(listener, timeoutMs);
    return await told(redirect, async () => {
      const grant = { code: codeOf(redirect), codeVerifier, redirect_uri: redirectUri };
      const tokens = await exchange(oauth, grant);
      return stored(client, tokenUri, tokens);
    });
  } finally {
    listener.close();
  }
}

async function answerOf({ redirect }: RedirectListener, timeoutMs: number): Promise<Redirect> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const seconds = Math.round(timeoutMs / 1000);
  const timer = setTimeout(
    () => reject(new SignInError(`nobody signed in within ${seconds} s: run \`candela auth login\` again`)),
    timeoutMs,
  );
  try {
    return await Promise.race([redirect, late]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf({ code, error }: Redirect): string {
  if (error === 'access_denied') {
    throw new SignInError(
      'the browser says that access was not granted: run `candela auth login` again to grant it',
    );
  }
  if (error !== undefined || code === undefined) {
    throw new SignInError(`Google ended the sign-in: ${printable(error ?? 'it sent no code')}`);
  }
  return code;
}

async function exchange(oauth: OAuth2Client, grant: GetTokenOptions): Promise<Credentials> {
  try {
    return (await oauth.getToken(grant)).tokens;
  } catch (cause) {
    // The error itself carries the request, with the code and the verifier.
    throw new SignInError(`Google gave no tokens for this sign-in: ${tokenFailureOf(cause).reason}`);
  }
}

function stored(client: GoogleClient, tokenUri: string, tokens: Credentials): StoredCredentials {
  const { refresh_token: refreshToken, id_token: idToken } = tokens;
  if (!refreshToken)
    throw new SignInError('Google gave no refresh token: its OAuth client must be a "Desktop app"');
  const account = idToken ? jwtPayload(idToken).email : undefined;
  return {
    ...{ type: 'authorized_user', client_id: client.clientId, client_secret: client.clientSecret },
    ...{ refresh_token: refreshToken, token_uri: tokenUri },
    ...(account !== undefined && { account }),
  };
}

/** Tells the browser how it went, too, because that is where the person looks. */
async function told(redirect: Redirect, work: () => Promise<StoredCredentials>): Promise<StoredCredentials> {
  try {
    const credentials = await work();
    const who = credentials.account === undefined ? '' : ` as ${credentials.account}`;
    redirect.show({ isSignedIn: true, text: `You are signed in${who}. You can close this page.` });
    return credentials;
  } catch (cause) {
    redirect.show({
      isSignedIn: false,
      text: cause instanceof Error ? cause.message : 'The terminal says why.',
    });
    throw cause;
  }
}

/** Anybody can write what is in an address. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 100);
}
