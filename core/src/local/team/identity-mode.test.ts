import assert from 'node:assert/strict';
import { identityModeOf, type IdentitySettings } from './identity-mode.ts';

const modeOf = (settings: Partial<IdentitySettings>) =>
  identityModeOf({ remote: undefined, audience: undefined, iapServiceAccount: undefined, ...settings });

describe('how a team server learns who calls', () => {
  const iapServiceAccount = 'candela@team.iam.gserviceaccount.com';

  it('is by an ID token, for its own address unless another audience is named', () => {
    const remote = 'https://candela.example.com/base/';
    assert.deepEqual(modeOf({ remote }), { kind: 'id-token', audience: 'https://candela.example.com' });
    assert.deepEqual(modeOf({ remote, audience: 'a' }), { kind: 'id-token', audience: 'a' });
  });

  it('is by two tokens where there is IAP', () => {
    const settings = { remote: 'https://candela.example.com', audience: 'iap-client', iapServiceAccount };
    assert.deepEqual(modeOf(settings), {
      kind: 'iap',
      audience: 'iap-client',
      serviceAccount: iapServiceAccount,
    });
  });

  it('is not at all on this machine, unless an audience is named', () => {
    for (const remote of [
      'http://127.0.0.1:8181',
      'http://localhost',
      'http://[::1]:1/',
      'https://localhost:8443',
    ]) {
      assert.deepEqual(modeOf({ remote }), { kind: 'none' });
      assert.deepEqual(modeOf({ remote, audience: 'a' }), { kind: 'id-token', audience: 'a' });
    }
    assert.deepEqual(modeOf({}), { kind: 'none' });
  });

  for (const [what, settings, says] of [
    ['at no address', { remote: 'http://[' }, /^remote: must be an address/],
    ['unencrypted', { remote: 'http://candela.example.com' }, /^remote: must be an https:\/\/ address/],
    [
      'IAP without its client',
      { remote: 'https://c.example', iapServiceAccount },
      /^audience: must be the OAuth/,
    ],
    [
      'an audience of no server',
      { audience: 'a' },
      /^audience: says how to call a team's server: set remote/,
    ],
    ['IAP before no server', { iapServiceAccount }, /^iap_service_account: says how/],
  ] as const) {
    it(`is refused when it would be ${what}`, () => {
      assert.throws(() => modeOf(settings), { name: 'ConfigError', message: says });
    });
  }
});
