import type { Clock } from '../../clock.ts';
import { KeptToken, type TimedToken } from '../../gateway/credentials/kept-token.ts';
import { IdentityRefusal, Refusal } from '../../gateway/errors.ts';
import { replaceHeader } from '../../gateway/wire/headers.ts';
import type { Logger } from '../../logger.ts';
import { credentialsVersion } from '../sign-in/credentials-file.ts';
import {
  accessTokenOf,
  idTokenOf,
  impersonatedIdToken,
  openGoogleCredentials,
  type GoogleCredentials,
} from '../sign-in/google-credentials.ts';
import { tokenFailureOf } from '../sign-in/token-failure.ts';

/**
 * How the team's server learns who calls (contract section 2).
 *
 * `none`: not at all; a server on this machine in `auth.dev_mode` asks nobody. `id-token`: by a Google ID token in
 * `Authorization`. `iap`: a service account's in `Proxy-Authorization` gets the call through Identity-Aware Proxy, and
 * the developer's own access token in `X-Candela-Auth` says who it is.
 */
export type IdentityMode =
  | { readonly kind: 'none' }
  | { readonly kind: 'id-token'; readonly audience: string }
  | { readonly kind: 'iap'; readonly audience: string; readonly serviceAccount: string };

/** Puts the developer's identity into requests to the team's server. */
export interface RemoteIdentity {
  /** @throws IdentityRefusal, Refusal that say what to do, if there is no token. */
  sign(headers: string[]): Promise<void>;
}

export interface RemoteIdentityOptions {
  readonly mode: IdentityMode;
  /** `CANDELA_HOME`, where a sign-in is kept. */
  readonly home: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

export function createRemoteIdentity(options: RemoteIdentityOptions): RemoteIdentity {
  const { mode } = options;
  if (mode.kind === 'none') return { sign: () => Promise.resolve() };
  const tokens = new DeveloperTokens(options);
  if (mode.kind === 'id-token') {
    const { audience } = mode;
    const idToken = tokens.kept((credentials) => idTokenOf(credentials, audience));
    return {
      async sign(headers) {
        const token = await idToken();
        replaceHeader(headers, 'authorization', `Bearer ${token}`);
        // It would go before `Authorization`, and the client is not who it says.
        replaceHeader(headers, 'x-candela-auth');
      },
    };
  }
  const forProxy = tokens.kept((credentials) => impersonatedIdToken(credentials, mode));
  const own = tokens.kept(accessTokenOf);
  return {
    async sign(headers) {
      const [proxyToken, ownToken] = await Promise.all([forProxy(), own()]);
      replaceHeader(headers, 'proxy-authorization', `Bearer ${proxyToken}`);
      replaceHeader(headers, 'x-candela-auth', `Bearer ${ownToken}`);
    },
  };
}

/** The tokens of one developer, who may sign in as somebody else at any time. */
class DeveloperTokens {
  readonly #options: RemoteIdentityOptions;
  #version: string | undefined;
  #credentials: Promise<GoogleCredentials> | undefined;

  constructor(options: RemoteIdentityOptions) {
    this.#options = options;
  }

  /** A function that gives a token which is good for a while yet. */
  kept(tokenOf: (credentials: GoogleCredentials) => Promise<TimedToken>): () => Promise<string> {
    const create = (): KeptToken =>
      new KeptToken({
        fetch: async () => tokenOf(await this.#open()),
        failed: (cause) => this.#failed(cause),
        clock: this.#options.clock,
      });
    let token = create();
    let version: string | undefined;
    return async () => {
      const now = await this.#currentVersion();
      if (now !== version) {
        version = now;
        token = create();
      }
      return token.get();
    };
  }

  async #currentVersion(): Promise<string> {
    const version = await credentialsVersion(this.#options.home);
    if (version !== this.#version) {
      this.#version = version;
      this.#credentials = undefined;
    }
    return version;
  }

  #open(): Promise<GoogleCredentials> {
    this.#credentials ??= openGoogleCredentials(this.#options.home);
    return this.#credentials;
  }

  #failed(cause: unknown): IdentityRefusal | Refusal {
    // Whoever logs in again has new credentials where the old ones were.
    this.#credentials = undefined;
    const { kind, message, reason } = tokenFailureOf(cause);
    this.#options.logger.error({ kind, reason }, 'failed to get ADC token');
    if (kind === 'unavailable') return new Refusal('upstream_error', message);
    return new IdentityRefusal(kind === 'not_allowed' ? 403 : 401, message);
  }
}
