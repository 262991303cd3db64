import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeServer } from './fake-server.ts';
import { jsonReply } from './provider/reply.ts';

const AUDIENCE = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/fake/providers/fake';
const SUBJECT_TOKEN = 'a-token-of-the-fake-workload';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Where a workload trades its own token for one of Google's. */
export interface GoogleTokenEndpoint {
  /** What `GOOGLE_APPLICATION_CREDENTIALS` names, once `writeCredentials` was called. */
  writeCredentials(folder: string): Promise<string>;
  /** Whether this endpoint has given that token out. */
  isToken(token: string): boolean;
  /** How many tokens it has given out. */
  given(): number;
  stop(): Promise<void>;
}

/**
 * A fake of Google's Security Token Service, for Application Default Credentials that need no key of Google's:
 * https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 */
export async function startGoogleTokenEndpoint(): Promise<GoogleTokenEndpoint> {
  const tokens = new Set<string>();
  const server = await startFakeServer(({ method, url, body }) => {
    const form = new URLSearchParams(body);
    const isRight =
      method === 'POST' &&
      url === '/v1/token' &&
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange' &&
      form.get('audience') === AUDIENCE &&
      form.get('scope')?.split(' ').includes(SCOPE) === true &&
      form.get('subject_token') === SUBJECT_TOKEN;
    if (!isRight) return { reply: jsonReply(400, [], { error: 'invalid_request' }), faults: [] };
    const token = `ya29.fake-${tokens.size + 1}`;
    tokens.add(token);
    const granted = { access_token: token, expires_in: 3600, token_type: 'Bearer' };
    const issued = 'urn:ietf:params:oauth:token-type:access_token';
    return { reply: jsonReply(200, [], { ...granted, issued_token_type: issued }), faults: [] };
  });
  return {
    async writeCredentials(folder) {
      const subject = join(folder, 'subject-token');
      const credentials = join(folder, 'google-credentials.json');
      await writeFile(subject, SUBJECT_TOKEN);
      await writeFile(
        credentials,
        JSON.stringify({
          type: 'external_account',
          audience: AUDIENCE,
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          token_url: `${server.url}/v1/token`,
          credential_source: { file: subject },
        }),
      );
      return credentials;
    },
    isToken: (token) => tokens.has(token),
    given: () => tokens.size,
    stop: () => server.stop(),
  };
}
