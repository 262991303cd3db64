import { createHmac } from 'node:crypto';

const ISSUER = 'https://accounts.google.com';

export interface IdTokenClaims {
  readonly aud: string;
  readonly email: string;
  /** Seconds from now; may be over. */
  readonly lifetimeSeconds: number;
}

/** An ID token as Google's are, but signed with a shared secret, which a fake can check without a key service. */
export function signIdToken({ aud, email, lifetimeSeconds }: IdTokenClaims, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const body = part({
    ...{ iss: ISSUER, aud, email, email_verified: true, sub: '1', iat: now, exp: now + lifetimeSeconds },
    // No two are alike, as with Google's.
    jti: Math.random().toString(36).slice(2),
  });
  return `${head}.${body}.${signature(`${head}.${body}`, secret)}`;
}

/** What the token says; `undefined` if it was not signed with this secret, or is over. */
export function verifiedIdToken(
  token: string,
  secret: string,
): { readonly aud: string; readonly email: string } | undefined {
  const [head = '', body = '', signed = ''] = token.split('.');
  if (signed !== signature(`${head}.${body}`, secret)) return undefined;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as {
    readonly aud: string;
    readonly email: string;
    readonly exp: number;
  };
  return claims.exp * 1000 > Date.now() ? claims : undefined;
}

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}
