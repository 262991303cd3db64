/** What of a JSON Web Token's payload is read here (RFC 7519 section 4.1; `email` is OpenID Connect's). */
export interface JwtPayload {
  readonly email?: string;
  readonly audience?: string;
  readonly expiresAtUnixMs?: number;
}

/** Reads a token's payload without judging it: who issued it to us, did. @throws Error for what is no such token. */
export function jwtPayload(token: string): JwtPayload {
  const [, payload = ''] = token.split('.');
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    // The parser's message would repeat a part of the token.
    throw new Error('the token is no JSON Web Token');
  }
  const { email, aud, exp } = Object(claims) as Record<string, unknown>;
  return {
    ...(typeof email === 'string' && { email: email.toLowerCase() }),
    ...(typeof aud === 'string' && { audience: aud }),
    ...(typeof exp === 'number' && { expiresAtUnixMs: exp * 1000 }),
  };
}
