import assert from 'node:assert/strict';
import { CredentialsFileError } from './credentials-file.ts';
import { tokenFailureOf } from './token-failure.ts';

const answered = (status: number, data: unknown): Error =>
  Object.assign(new Error('Request failed'), { response: { status, data } });

describe('why there is no token', () => {
  for (const [what, cause, kind, says] of [
    [
      'nobody has signed in',
      new Error('Could not load the default credentials. Browse to https://cloud.google.com/docs for more.'),
      ...(['nobody', /nobody is signed in on this machine: run `candela auth login`/] as const),
    ],
    [
      'a sign-in was revoked',
      answered(400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }),
      ...(['ended', /expired or was revoked: run `candela auth login`/] as const),
    ],
    [
      'the file is damaged',
      new CredentialsFileError('/x is damaged: run `candela auth login` again'),
      ...(['ended', /is damaged/] as const),
    ],
    [
      'an account may not act as another',
      answered(403, {
        error: { code: 403, message: "Permission 'iam.serviceAccounts.getOpenIdToken' denied" },
      }),
      ...(['not_allowed', /getOpenIdToken' denied/] as const),
    ],
    [
      'the OAuth client is gone',
      answered(401, { error: 'invalid_client', error_description: 'The OAuth client was not found.' }),
      ...(['not_allowed', /The OAuth client was not found/] as const),
    ],
    [
      'credentials give no ID token',
      new Error('credentials of this kind (IdentityPoolClient) give no ID token'),
      ...(['not_allowed', /IdentityPoolClient/] as const),
    ],
    ['Google fails', answered(503, 'busy'), ...(['unavailable', /HTTP 503/] as const)],
    [
      'Google cannot be reached',
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:443'), { code: 'ECONNREFUSED' }),
      ...(['unavailable', /connection refused/] as const),
    ],
  ] as const) {
    it(`is said when ${what}`, () => {
      const failure = tokenFailureOf(cause);
      assert.equal(failure.kind, kind);
      assert.match(failure.message, says);
      assert.equal(/10\.0\.0\.7/.test(failure.message + failure.reason), false);
    });
  }

  it('never holds what looks like a token', () => {
    const secret = `1//0g${'Ab_c-'.repeat(20)}`;
    const { message, reason } = tokenFailureOf(new Error(`bad token ${secret}\nstack`));
    assert.equal((message + reason).includes(secret), false);
    assert.equal(reason, 'bad token …');
  });
});
