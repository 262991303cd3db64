import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOwnProcess } from '../own-process.ts';
import { CLIENT_ID, CLIENT_SECRET, DEVELOPER, type Behaviour, type OAuthJournal } from './behaviour.ts';

export interface FakeGoogle {
  readonly url: string;
  /** Signs ID tokens, so that another fake can check them. */
  readonly secret: string;
  /** Replaces what the fake did differently from Google. */
  behave(behaviour: Behaviour): Promise<void>;
  journal(): Promise<OAuthJournal>;
  /** From now on no refresh token of those given out is taken. */
  revokeAll(): Promise<void>;
  /** The OAuth client's file as Google's console has it for download. */
  writeClient(folder: string): Promise<string>;
  /** Somebody who has signed in, below this `CANDELA_HOME`. Answers the refresh token. */
  writeSignIn(home: string): Promise<string>;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

export async function startFakeGoogle(): Promise<FakeGoogle> {
  const secret = randomBytes(16).toString('hex');
  const { url, control, stop } = await startOwnProcess(MAIN, [secret]);
  const endpoints = { auth_uri: `${url}/o/oauth2/v2/auth`, token_uri: `${url}/token` };
  const client = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  return {
    ...{ url, secret, stop },
    behave: async (behaviour) => void (await control('PUT', 'behaviour', JSON.stringify(behaviour))),
    journal: async () => (await control('GET', 'journal')) as OAuthJournal,
    revokeAll: async () => void (await control('POST', 'revoke')),
    async writeClient(folder) {
      const path = join(folder, 'client_secret.json');
      await writeFile(path, JSON.stringify({ installed: { ...client, ...endpoints } }));
      return path;
    },
    async writeSignIn(home) {
      const refreshToken = `1//${randomBytes(24).toString('hex')}`;
      await control('POST', 'refresh-token', refreshToken);
      const { token_uri } = endpoints;
      const stored = { type: 'authorized_user', ...client, refresh_token: refreshToken, token_uri };
      await writeFile(join(home, 'credentials.json'), JSON.stringify({ ...stored, account: DEVELOPER }), {
        mode: 0o600,
      });
      return refreshToken;
    },
  };
}
