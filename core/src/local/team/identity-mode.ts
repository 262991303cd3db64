import { ConfigError } from '../../config/parse-config.ts';
import { isOnThisMachine } from '../../runtimes/is-on-this-machine.ts';
import type { IdentityMode } from './remote-identity.ts';

export interface IdentitySettings {
  readonly remote: string | undefined;
  readonly audience: string | undefined;
  readonly iapServiceAccount: string | undefined;
}

/**
 * How to say who calls. A server on this machine is told nothing unless an audience is named; every other is.
 *
 * @throws ConfigError
 */
export function identityModeOf({ remote, audience, iapServiceAccount }: IdentitySettings): IdentityMode {
  if (remote === undefined) {
    const stray = audience === undefined ? iapServiceAccount && 'iap_service_account' : 'audience';
    if (stray !== undefined)
      throw new ConfigError(`${stray}: says how to call a team's server: set remote, too`);
    return { kind: 'none' };
  }
  if (!URL.canParse(remote))
    throw new ConfigError('remote: must be an address such as https://api.example.com');
  const { origin, protocol } = new URL(remote);
  const isHere = isOnThisMachine(remote);
  if (protocol === 'http:' && !isHere) {
    throw new ConfigError(
      'remote: must be an https:// address, because who you are is sent along; http:// is for a server on this machine',
    );
  }
  if (iapServiceAccount !== undefined) {
    if (audience === undefined) {
      throw new ConfigError('audience: must be the OAuth client id of IAP where iap_service_account is set');
    }
    return { kind: 'iap', audience, serviceAccount: iapServiceAccount };
  }
  if (audience === undefined && isHere) return { kind: 'none' };
  return { kind: 'id-token', audience: audience ?? origin };
}
