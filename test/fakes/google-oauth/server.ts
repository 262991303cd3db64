import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { CLIENT_ID, CLIENT_SECRET, DEVELOPER, type Behaviour, type OAuthJournal } from './behaviour.ts';
import { signIdToken } from './token.ts';

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly scope: string;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly location?: string;
}

/**
 * A fake of Google's OAuth 2.0 for installed apps, of token revocation, and of `generateIdToken`:
 * https://developers.google.com/identity/protocols/oauth2/native-app
 */
export function createGoogleOAuth(secret: string): Server {
  let behaviour: Behaviour = {};
  const grants = new Map<string, Grant>();
  const requests: { method: string; path: string; grant: string | null }[] = [];
  const [refreshTokens, revoked, accessTokens, complaints]: string[][] = [[], [], [], []];
  const journal = (): OAuthJournal =>
    ({ requests, refreshTokens, revoked, accessTokens, complaints }) as OAuthJournal;

  const refuse = (why: string, error: string, status = 400): Answer => {
    complaints?.push(why);
    return { status, body: { error, error_description: why } };
  };

  const authorize = (query: URLSearchParams): Answer => {
    const redirectUri = query.get('redirect_uri') ?? '';
    const challenge = query.get('code_challenge') ?? '';
    const state = query.get('state') ?? '';
    const scope = query.get('scope') ?? '';
    if (query.get('client_id') !== CLIENT_ID) return refuse('unknown client', 'invalid_client', 401);
    if (!/^http:\/\/127\.0\.0\.1:\d+\//.test(redirectUri)) return refuse('no loopback', 'invalid_request');
    if (query.get('response_type') !== 'code') return refuse('no code flow', 'invalid_request');
    if (query.get('code_challenge_method') !== 'S256' || challenge.length !== 43) {
      return refuse('no PKCE', 'invalid_request');
    }
    if (state.length < 22) return refuse('no state', 'invalid_request');
    if (query.get('access_type') !== 'offline')
      return refuse('no refresh token is asked for', 'invalid_request');
    const back = new URL(redirectUri);
    back.searchParams.set('state', behaviour.consent === 'wrong-state' ? `${state}x` : state);
    if (behaviour.consent === 'access_denied') back.searchParams.set('error', 'access_denied');
    else {
      const code = `4/${randomBytes(12).toString('hex')}`;
      grants.set(code, { challenge, redirectUri, scope });
      back.searchParams.set('code', code);
    }
    return { status: 302, location: back.href };
  };

  const tokens = (extra: object, scope: string): Answer => {
    const accessToken = `ya29.fake-${randomBytes(24).toString('hex')}`;
    accessTokens?.push(accessToken);
    const { lifetimeSeconds = 3600, email = DEVELOPER } = behaviour;
    return {
      status: 200,
      body: {
        ...{ access_token: accessToken, expires_in: lifetimeSeconds, token_type: 'Bearer', scope },
        id_token: signIdToken({ aud: CLIENT_ID, email, lifetimeSeconds }, secret),
        ...extra,
      },
    };
  };

  const exchange = (form: URLSearchParams): Answer => {
    if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET) {
      return refuse('wrong client', 'invalid_client', 401);
    }
    if (form.get('grant_type') === 'refresh_token') {
      const token = form.get('refresh_token') ?? '';
      if (!refreshTokens?.includes(token) || revoked?.includes(token)) {
        return refuse('Token has been expired or revoked.', 'invalid_grant');
      }
      return tokens({}, '');
    }
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    if (grant === undefined) return refuse('unknown code', 'invalid_grant');
    if (form.get('redirect_uri') !== grant.redirectUri) return refuse('another redirect', 'invalid_grant');
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (hash !== grant.challenge) return refuse('wrong verifier', 'invalid_grant');
    const refreshToken = `1//${randomBytes(24).toString('hex')}`;
    refreshTokens?.push(refreshToken);
    return tokens({ refresh_token: refreshToken }, grant.scope);
  };

  const impersonate = (req: IncomingMessage, serviceAccount: string, body: string): Answer => {
    const token = req.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (!accessTokens?.includes(token)) return { status: 401, body: { error: { message: 'no such token' } } };
    if (behaviour.impersonation === 'forbidden') {
      const message = 'Permission iam.serviceAccounts.getOpenIdToken denied';
      return { status: 403, body: { error: { code: 403, message, status: 'PERMISSION_DENIED' } } };
    }
    const { audience, includeEmail } = JSON.parse(body) as { audience: string; includeEmail: boolean };
    if (!includeEmail) return refuse('IAP needs the email', 'invalid_request');
    const { lifetimeSeconds = 3600 } = behaviour;
    return {
      status: 200,
      body: { token: signIdToken({ aud: audience, email: serviceAccount, lifetimeSeconds }, secret) },
    };
  };

  const answer = (req: IncomingMessage, url: URL, body: string): Answer | 'none' => {
    const route = `${req.method} ${url.pathname}`;
    if (route === 'PUT /_control/behaviour') {
      behaviour = JSON.parse(body) as Behaviour;
      return { status: 200, body: {} };
    }
    if (route === 'GET /_control/journal') return { status: 200, body: journal() };
    if (route === 'POST /_control/revoke') {
      revoked?.push(...(refreshTokens ?? []));
      return { status: 200, body: {} };
    }
    if (route === 'POST /_control/refresh-token') {
      refreshTokens?.push(body);
      return { status: 200, body: {} };
    }
    const form = new URLSearchParams(body);
    requests.push({ method: req.method ?? '', path: url.pathname, grant: form.get('grant_type') });
    if (route === 'GET /o/oauth2/v2/auth') return authorize(url.searchParams);
    if (route === 'POST /revoke') {
      revoked?.push(url.searchParams.get('token') ?? form.get('token') ?? '');
      return { status: 200, body: {} };
    }
    if (route === 'POST /token') {
      if (behaviour.tokens === 'slow') return 'none';
      if (behaviour.tokens === 'error') return { status: 500, body: { error: 'internal_failure' } };
      if (behaviour.tokens === 'refused')
        return refuse('Token has been expired or revoked.', 'invalid_grant');
      return exchange(form);
    }
    const [, account] =
      /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateIdToken$/.exec(url.pathname) ?? [];
    if (req.method === 'POST' && account !== undefined)
      return impersonate(req, decodeURIComponent(account), body);
    return { status: 404, body: { error: 'not_found' } };
  };

  const respond = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const given = answer(req, new URL(req.url ?? '/', 'http://fake'), await text(req));
    if (given === 'none') return;
    const { status, body, location } = given;
    res.writeHead(status, {
      'content-type': 'application/json',
      ...(location !== undefined && { location }),
    });
    res.end(body && JSON.stringify(body));
  };
  return createServer((req, res) => void respond(req, res));
}
