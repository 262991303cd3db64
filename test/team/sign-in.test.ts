import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { atTerminal, newMachine, type Ended, type Machine, type Running } from '../cli/candela.ts';
import { CLIENT_ID, CLIENT_SECRET, DEVELOPER } from '../fakes/google-oauth/behaviour.ts';
import { startFakeGoogle, type FakeGoogle } from '../fakes/google-oauth/start.ts';
import { startGoogleTokenEndpoint } from '../fakes/google-token-endpoint.ts';
import { sendRaw } from '../gateway/raw-http.ts';
import { findChromium, launchChromium } from '../harness/chromium.ts';
import { notRun } from '../harness/not-run.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** The program as it is built, a fake Google in a process of its own, and this test for a browser. */
describe('candela auth', () => {
  let google: FakeGoogle;
  let machine: Machine;
  let client: string;

  before(async () => {
    google = await startFakeGoogle();
  });
  beforeEach(async () => {
    machine = await newMachine();
    client = await google.writeClient(machine.home);
  });
  afterEach(async () => {
    await machine.close();
    await google.behave({});
  });
  after(() => google.stop());

  const credentials = (): string => join(machine.home, '.candela', 'credentials.json');
  const beginLogin = (...more: readonly string[]): Running =>
    machine.begin(['auth', 'login', '--no-browser', '--client-id-file', client, ...more]);
  const addressIn = (login: Running): Promise<string> =>
    waitUntil({
      what: 'an address to go to',
      probe: () => /^http:\S+$/m.exec(login.err())?.[0],
      state: () => login.err(),
    });
  /** Goes there as a browser does, redirects and all. */
  const visit = async (address: string): Promise<{ readonly status: number; readonly page: string }> => {
    const answer = await fetch(address);
    return { status: answer.status, page: await answer.text() };
  };
  const signIn = async (): Promise<Ended> => {
    const login = beginLogin();
    await visit(await addressIn(login));
    return login.ended;
  };
  const filesLeft = async (): Promise<readonly string[]> =>
    readdir(join(machine.home, '.candela')).catch(() => []);

  describe('login', () => {
    it('signs in through the browser, and keeps the sign-in for its owner only', async () => {
      const login = beginLogin();
      const { status, page } = await visit(await addressIn(login));
      assert.equal(status, 200);
      assert.match(page, /You are signed in as dev@example\.com/);
      assert.deepEqual((await google.journal()).complaints, []);
      const { code, out } = await login.ended;
      assert.deepEqual([code, out], [0, `signed in as ${DEVELOPER}; kept in ${credentials()}\n`]);
      assert.equal((await stat(credentials())).mode & 0o777, 0o600);
      assert.deepEqual(JSON.parse(await readFile(credentials(), 'utf8')), {
        ...{ type: 'authorized_user', client_id: CLIENT_ID, client_secret: CLIENT_SECRET },
        refresh_token: (await google.journal()).refreshTokens.at(-1),
        ...{ token_uri: `${google.url}/token`, account: DEVELOPER },
      });
      assert.deepEqual(await filesLeft(), ['credentials.json']);
    });

    it('asks Google for no more than it needs, with a new state and challenge each time', async () => {
      const [first, second] = [beginLogin('--timeout', '3'), beginLogin('--timeout', '3')];
      const queries = [await addressIn(first), await addressIn(second)].map(
        (url) => new URL(url).searchParams,
      );
      assert.deepEqual(
        queries.map((query) => query.get('scope')),
        Array(2).fill('openid email https://www.googleapis.com/auth/cloud-platform'),
      );
      for (const name of ['state', 'code_challenge', 'redirect_uri']) {
        assert.equal(new Set(queries.map((query) => query.get(name))).size, 2, name);
      }
      await Promise.all([first.ended, second.ended]);
    });

    it('passes over an answer with a state that it has not sent, and goes on waiting for its own', async () => {
      const login = beginLogin();
      const address = await addressIn(login);
      await google.behave({ consent: 'wrong-state' });
      const stray = await visit(address);
      assert.equal(stray.status, 400);
      assert.match(stray.page, /the answer to another sign-in/);
      assert.match(login.err(), /passed over/);
      assert.deepEqual(await filesLeft(), []);
      await google.behave({});
      assert.equal((await visit(address)).status, 200);
      assert.equal((await login.ended).code, 0);
    });

    it('says that access was not granted, in the terminal and in the browser', async () => {
      await google.behave({ consent: 'access_denied' });
      const login = beginLogin();
      const { status, page } = await visit(await addressIn(login));
      assert.equal(status, 400);
      assert.match(page, /access was not granted/);
      const { code, err } = await login.ended;
      assert.equal(code, 1);
      assert.match(
        err,
        /candela: the browser says that access was not granted: run `candela auth login` again/,
      );
      assert.deepEqual(await filesLeft(), []);
    });

    for (const [what, tokens, says] of [
      ['refuses', 'refused', /invalid_grant: Token has been expired or revoked\./],
      ['fails to give', 'error', /gave no tokens for this sign-in: internal_failure/],
      ['is too slow to give', 'slow', /gave no tokens for this sign-in: .*did not answer in time/],
    ] as const) {
      it(`says that Google ${what} tokens`, async () => {
        await google.behave({ tokens });
        const login = beginLogin();
        const { status, page } = await visit(await addressIn(login));
        assert.equal(status, 400);
        assert.match(page, says);
        const { code, err } = await login.ended;
        assert.equal(code, 1);
        assert.match(err, says);
        assert.deepEqual(await filesLeft(), []);
      });
    }

    it('goes to Google with the client of the configuration, or of the environment before it', async () => {
      const auth = { google_client_id: 'of-the-file', google_client_secret: 'hush' };
      await writeFile(join(machine.home, 'config.yaml'), JSON.stringify({ auth }));
      const args = ['auth', 'login', '--no-browser', '--timeout', '1'];
      const env = { CANDELA_GOOGLE_CLIENT_ID: 'of-the-env', CANDELA_GOOGLE_CLIENT_SECRET: 'hush-hush' };
      for (const [said, id] of [
        [await machine.candela(args), 'of-the-file'],
        [await machine.candela(args, { env }), 'of-the-env'],
      ] as const) {
        const [address = ''] = /^https:\S+$/m.exec(said.err) ?? [];
        assert.match(address, /^https:\/\/accounts\.google\.com\/o\/oauth2\/v2\/auth\?/);
        assert.equal(new URL(address).searchParams.get('client_id'), id);
        assert.equal(said.err.includes('hush'), false);
      }
      await writeFile(join(machine.home, 'config.yaml'), '{}');
      const half = await machine.candela(args, { env: { CANDELA_GOOGLE_CLIENT_ID: 'alone' } });
      assert.equal(half.code, 1);
      assert.match(half.err, /set CANDELA_GOOGLE_CLIENT_SECRET, too/);
    });

    it('gives up when nobody signs in', async () => {
      const { code, err } = await beginLogin('--timeout', '1').ended;
      assert.equal(code, 1);
      assert.match(err, /nobody signed in within 1 s/);
    });

    it('shows what comes from outside as text, and answers nothing else', async () => {
      const login = beginLogin();
      const back = new URL(new URL(await addressIn(login)).searchParams.get('redirect_uri') ?? '');
      assert.equal((await visit(`${back.origin}/favicon.ico`)).status, 404);
      assert.equal((await fetch(back, { method: 'POST' })).status, 404);
      assert.equal((await sendRaw(back.origin, { method: 'GET', path: '//' })).status, 404);
      const state = new URL(await addressIn(login)).searchParams.get('state') ?? '';
      const answer = await fetch(
        `${back.href}?state=${state}&error=${encodeURIComponent('<script>x</script>')}`,
      );
      const page = await answer.text();
      assert.equal(page.includes('<script>'), false);
      assert.match(page, /&lt;script&gt;/);
      assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.equal((await login.ended).code, 1);
    });

    it('opens the browser, and shows the address for when none opens', async () => {
      const bin = join(machine.home, 'bin');
      await mkdir(bin);
      const opened = join(machine.home, 'opened');
      const opener = join(bin, 'xdg-open');
      await writeFile(opener, `#!/bin/sh\nprintf %s "$1" > "${opened}"\n`);
      await chmod(opener, 0o755);
      const login = machine.begin(['auth', 'login', '--client-id-file', client], {
        env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
      });
      const address = await addressIn(login);
      await waitUntil({
        what: 'the browser to be opened',
        probe: async () => (await readFile(opened, 'utf8')) === address || undefined,
      });
      await visit(address);
      assert.equal((await login.ended).code, 0);
    });

    it('signs in again over an earlier sign-in', async () => {
      await signIn();
      await google.behave({ email: 'Other@Example.com' });
      await signIn();
      const { out } = await machine.candela(['auth', 'status', '--json']);
      assert.equal((JSON.parse(out) as { account: string }).account, 'other@example.com');
    });

    it('uses the credentials that gcloud has left where no OAuth client is configured', async () => {
      const none = await machine.candela(['auth', 'login']);
      assert.equal(none.code, 1);
      assert.match(none.err, /gcloud auth application-default login/);
      assert.match(none.err, /auth\.google_client_id/);

      const endpoint = await startGoogleTokenEndpointForOpenId();
      const env = { GOOGLE_APPLICATION_CREDENTIALS: endpoint.path };
      const { code, out } = await machine.candela(['auth', 'login'], { env });
      await endpoint.stop();
      assert.equal(code, 0);
      assert.match(out, /Application Default Credentials of this machine work/);
    });

    it('says what is wrong with the file of a client', async () => {
      for (const [content, says] of [
        ['{"web":{}}', /not the file of an OAuth client of the type "Desktop app"/],
        ['{', /it is no JSON/],
        [
          JSON.stringify({
            installed: { client_id: 'a', client_secret: 'b', token_uri: 'http://evil.example/' },
          }),
          /token_uri/,
        ],
      ] as const) {
        await writeFile(client, content);
        const { code, err } = await beginLogin().ended;
        assert.equal(code, 1);
        assert.match(err, says);
      }
    });
  });

  describe('after a sign-in', () => {
    const secrets = async (): Promise<readonly string[]> => {
      const { refreshTokens, accessTokens } = await google.journal();
      return [...refreshTokens, ...accessTokens, CLIENT_SECRET];
    };

    it('status says who, how and until when, and never a token', async () => {
      await signIn();
      const json = await machine.candela(['auth', 'status', '--json']);
      const { expires_at: expiresAt, ...rest } = JSON.parse(json.out) as Record<string, string>;
      assert.deepEqual(rest, {
        ...{ provider: 'gcp', signed_in: true, account: DEVELOPER },
        ...{ source: 'candela', file: credentials() },
      });
      assert.ok(Math.abs(Date.parse(expiresAt ?? '') - Date.now() - 3_600_000) < 120_000);
      const { out, code } = await machine.candela(['auth', 'status']);
      assert.equal(code, 0);
      assert.match(out, /signed in +dev@example\.com/);
      for (const secret of await secrets()) assert.equal((json.out + out).includes(secret), false);
    });

    it('token prints one that Google has given, and warns at a terminal', async () => {
      await signIn();
      const { out, err } = await machine.candela(['auth', 'token']);
      assert.deepEqual([out, err], [`${(await google.journal()).accessTokens.at(-1)}\n`, '']);
      const id = await machine.candela(['auth', 'token', '--type', 'id']);
      const claims = JSON.parse(Buffer.from(id.out.split('.')[1] ?? '', 'base64url').toString()) as object;
      assert.deepEqual(claims, { ...claims, aud: CLIENT_ID, email: DEVELOPER });
      assert.match(await atTerminal(machine, ['auth', 'token'], []), /whoever has this token is you/);
      const iap = await machine.candela(['auth', 'token', '--type', 'iap']);
      assert.equal(iap.code, 1);
      assert.match(iap.err, /there is no IAP/);
    });

    it('that was revoked, status and token say what to do', async () => {
      await signIn();
      await google.revokeAll();
      const status = await machine.candela(['auth', 'status', '--json']);
      assert.equal(status.code, 1);
      assert.deepEqual(JSON.parse(status.out), {
        ...{ provider: 'gcp', signed_in: false },
        problem: 'your sign-in has expired or was revoked: run `candela auth login`',
      });
      const token = await machine.candela(['auth', 'token']);
      assert.equal(token.code, 1);
      assert.equal(token.err, 'candela: your sign-in has expired or was revoked: run `candela auth login`\n');
    });

    it('logout forgets it, here and at Google', async () => {
      await signIn();
      const { refresh_token: refreshToken } = JSON.parse(await readFile(credentials(), 'utf8')) as {
        refresh_token: string;
      };
      const { code, out } = await machine.candela(['auth', 'logout']);
      assert.equal(code, 0);
      assert.match(out, /^signed out/);
      assert.deepEqual(await filesLeft(), []);
      assert.ok((await google.journal()).revoked.includes(refreshToken));
      assert.equal((await machine.candela(['auth', 'status'])).code, 1);
      assert.match((await machine.candela(['auth', 'logout'])).out, /nobody had signed in/);
    });

    it('a damaged file is said to be one, without what is in it', async () => {
      await signIn();
      await writeFile(credentials(), '{"type":"authorized_user","refresh_token":"1//hush"');
      const { code, out } = await machine.candela(['auth', 'status']);
      assert.equal(code, 1);
      assert.match(out, /credentials\.json is damaged: run `candela auth login` again/);
      assert.equal(out.includes('hush'), false);
    });
  });

  describe('--provider aws', () => {
    const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult>
      <Arn>arn:aws:sts::123456789012:assumed-role/dev/me</Arn><Account>123456789012</Account>
      </GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const NOWHERE = { AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: '' };

    it("shows whose credentials AWS's own tools have left", async () => {
      const asked: string[] = [];
      const sts = createServer((req, res) => {
        void text(req).then((body) => {
          asked.push(`${req.headers.authorization?.split(' ')[0]} ${body}`);
          res.end(IDENTITY);
        });
      });
      await once(sts.listen(0, '127.0.0.1'), 'listening');
      const env = {
        ...NOWHERE,
        ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'hush-hush' },
        AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
      };
      const login = await machine.candela(['auth', 'login', '--provider', 'aws'], { env });
      const status = await machine.candela(['auth', 'status', '--provider', 'aws', '--json'], { env });
      sts.closeAllConnections();
      sts.close();
      assert.deepEqual([login.code, login.err], [0, '']);
      assert.match(login.out, /signed in to AWS as arn:aws:sts::123456789012:assumed-role\/dev\/me/);
      assert.deepEqual(JSON.parse(status.out), {
        ...{ provider: 'aws', signed_in: true, account: 'arn:aws:sts::123456789012:assumed-role/dev/me' },
        source: 'aws-credential-chain',
      });
      assert.deepEqual(asked, Array(2).fill('AWS4-HMAC-SHA256 Action=GetCallerIdentity&Version=2011-06-15'));
    });

    it('says how to sign in to AWS where there are none', async () => {
      const args = ['auth', 'login', '--provider', 'aws', '--profile', 'work'];
      const { code, err } = await machine.candela(args, { env: NOWHERE });
      assert.equal(code, 1);
      assert.match(err, /run `aws sso login --profile work`/);
    });
  });

  const chromium = findChromium();
  if (chromium === undefined) notRun('candela auth in a browser', 'there is no Chromium');
  else {
    it('signs in through a real browser', async () => {
      const browser = await launchChromium(chromium);
      try {
        const login = beginLogin();
        const page = await browser.newPage();
        await page.goto(await addressIn(login));
        assert.equal(await page.title(), 'Signed in to Candela');
        assert.match(await page.innerText('main'), /You are signed in as dev@example\.com/);
        assert.equal((await login.ended).code, 0);
      } finally {
        await browser.close();
      }
    });
  }

  /** Application Default Credentials of a workload, which ask the fake for a token of this program's scopes. */
  async function startGoogleTokenEndpointForOpenId(): Promise<{
    readonly path: string;
    stop(): Promise<void>;
  }> {
    const endpoint = await startGoogleTokenEndpoint();
    return { path: await endpoint.writeCredentials(machine.home), stop: () => endpoint.stop() };
  }
});
