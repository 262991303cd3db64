import assert from 'node:assert/strict';
import { ConnectError } from '@connectrpc/connect';
import type { FakeIap } from '../fakes/iap/start.ts';
import { CLIENT_ID, DEVELOPER } from '../fakes/google-oauth/behaviour.ts';
import { FAKE_OPENAI_KEY } from '../fakes/provider/start.ts';
import type { TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { CALL_COST_USD, chatAt, clientsAt } from '../server/team-call.ts';
import { IAP_CLIENT, logged, SERVICE_ACCOUNT, startTeam, type Team } from './rig.ts';

const FAILED = 'failed to get ADC token';

const failureOf = (call: Promise<unknown>): Promise<ConnectError> =>
  call.then(
    () => assert.fail('it was answered'),
    (cause: unknown) => ConnectError.from(cause),
  );

describe('who calls, in team mode', () => {
  let team: Team;

  before(async () => {
    team = await startTeam();
  });
  afterEach(async () => {
    await team.clear();
    await team.google.behave({});
    await team.provider.reset();
  });
  after(() => team.stop());

  const secretsIn = async (daemon: TestDaemon, seen: readonly string[]): Promise<readonly string[]> => {
    const { accessTokens, refreshTokens } = await team.google.journal();
    const log = daemon.log();
    return [...accessTokens, ...refreshTokens, ...seen].filter((secret) => log.includes(secret));
  };

  describe('through IAP', () => {
    let iap: FakeIap;
    let daemon: TestDaemon;

    const iapConfig = { audience: IAP_CLIENT, iap_service_account: SERVICE_ACCOUNT };
    const start = async (signedIn = true): Promise<void> => {
      iap = await team.proxy({ header: 'proxy-authorization', audience: IAP_CLIENT });
      daemon = await team.daemon(iap.url, { signedIn, config: iapConfig });
    };

    it("is told by the service account's ID token and the developer's access token, and the client's key passes", async () => {
      await start();
      const answer = await chatAt(daemon.url);
      assert.equal(answer.status, 200, await answer.text());
      const [call] = await iap.seen();
      assert.deepEqual(call?.who, { ...call?.who, aud: IAP_CLIENT, email: SERVICE_ACCOUNT });
      const { accessTokens } = await team.google.journal();
      assert.equal(call?.candelaAuth, `Bearer ${accessTokens.at(-1)}`);
      assert.equal(call?.authorization, `Bearer ${FAKE_OPENAI_KEY}`);
    });

    it('is told to the services too, so that an editor sees what the server enforces', async () => {
      await start();
      await (await chatAt(daemon.url)).text();
      const { budget } = await clientsAt(daemon.url).users.getMyBudget({});
      assert.deepEqual(budget, (await clientsAt(team.server.url).users.getMyBudget({})).budget);
      assert.ok((budget?.spentUsd ?? 0) >= CALL_COST_USD);
      const listed = await fetch(`${daemon.url}/_local/api/traces?limit=1`);
      assert.equal(((await listed.json()) as { readonly count: number }).count, 1);
      assert.deepEqual(
        (await iap.seen()).map(({ path, who }) => [path.split('/')[1], who?.email]),
        [
          ['proxy', SERVICE_ACCOUNT],
          ['candela.v1.UserService', SERVICE_ACCOUNT],
          ['candela.v1.TraceService', SERVICE_ACCOUNT],
        ],
      );
    });

    it('cannot be said by the client', async () => {
      await start();
      const answer = await fetch(`${daemon.url}/v1/models`, {
        headers: {
          ...{ 'x-candela-auth': 'Bearer somebody-else', 'x-user-id': 'boss@example.com' },
          ...{ 'proxy-authorization': 'Bearer forged', 'x-candela-labels': 'team=core' },
        },
      });
      await answer.text();
      const [call] = await iap.seen();
      assert.equal(answer.status, 200);
      assert.match(call?.candelaAuth ?? '', /^Bearer ya29\.fake-/);
      assert.deepEqual([call?.userId, call?.who?.email], [undefined, SERVICE_ACCOUNT]);
      assert.ok(call?.names.includes('x-candela-labels'), 'what is no identity passes');
      assert.equal(call?.names.filter((name) => name === 'proxy-authorization').length, 1);
    });

    it('costs one refresh and one impersonation, however many calls there are', async () => {
      await start();
      const before_ = (await team.google.journal()).requests.length;
      await Promise.all(Array.from({ length: 20 }, async () => (await chatAt(daemon.url)).text()));
      const asked = (await team.google.journal()).requests.slice(before_);
      assert.deepEqual(asked.map(({ path }) => path).toSorted(), [
        '/token',
        `/v1/projects/-/serviceAccounts/${encodeURIComponent(SERVICE_ACCOUNT)}:generateIdToken`,
      ]);
      assert.equal(new Set((await iap.seen()).map(({ token }) => token)).size, 1);
    });

    it('is a new token before the old one ends, and no call waits for it', async () => {
      await start();
      await team.google.behave({ lifetimeSeconds: 200 });
      await (await chatAt(daemon.url)).text();
      await team.google.behave({});
      const answers = await waitUntil({
        what: 'a new token to be used',
        probe: async () => {
          const answer = await chatAt(daemon.url);
          assert.equal(answer.status, 200, await answer.text());
          const seen = await iap.seen();
          const isNew = (of: (one: (typeof seen)[number]) => unknown): boolean =>
            new Set(seen.map(of)).size > 1;
          return isNew(({ token }) => token) && isNew(({ candelaAuth }) => candelaAuth) ? seen : undefined;
        },
      });
      assert.ok(answers.every(({ who }) => who?.aud === IAP_CLIENT));
      assert.deepEqual(logged(daemon, FAILED), []);
    });

    it('that may not act as the service account is said, with what to do', async () => {
      await start();
      await team.google.behave({ impersonation: 'forbidden' });
      const answer = await chatAt(daemon.url);
      assert.equal(answer.status, 403);
      assert.match(
        ((await answer.json()) as { error: string }).error,
        /getOpenIdToken denied.*candela auth status/,
      );
      assert.deepEqual(await iap.seen(), []);
      assert.equal(logged(daemon, FAILED).length, 1);
    });

    it('is nobody before the first sign-in, and somebody right after it', async () => {
      await start(false);
      const answer = await chatAt(daemon.url);
      assert.equal(answer.status, 401);
      assert.deepEqual(await answer.json(), {
        error: 'nobody is signed in on this machine: run `candela auth login`',
      });
      assert.equal(logged(daemon, FAILED).length > 0, true);
      await team.google.writeSignIn(daemon.home);
      const again = await chatAt(daemon.url);
      assert.equal(again.status, 200, await again.text());
    });
  });

  describe('without IAP', () => {
    let proxy: FakeIap;
    let daemon: TestDaemon;

    const start = async (): Promise<void> => {
      proxy = await team.proxy({ header: 'authorization', audience: CLIENT_ID });
      daemon = await team.daemon(proxy.url, { config: { audience: CLIENT_ID } });
    };

    it("is told by the developer's ID token in `Authorization`, which takes the place of the client's", async () => {
      await start();
      const answer = await chatAt(daemon.url);
      assert.equal(answer.status, 200, await answer.text());
      const [call] = await proxy.seen();
      assert.deepEqual([call?.who?.email, call?.who?.aud], [DEVELOPER, CLIENT_ID]);
      assert.deepEqual([call?.candelaAuth, call?.names.includes('proxy-authorization')], [undefined, false]);
      const [asked] = await team.provider.requests();
      assert.equal(
        asked?.headers['authorization'],
        `Bearer ${FAKE_OPENAI_KEY}`,
        'the server has a key of its own',
      );
    });

    it('whose sign-in was revoked is told so in every form, and the log says it without a secret', async () => {
      await start();
      // So short that each call asks for a new one.
      await team.google.behave({ lifetimeSeconds: 20 });
      await (await chatAt(daemon.url)).text();
      const seen = (await proxy.seen()).map(({ token }) => token);
      await team.google.revokeAll();

      const call = await chatAt(daemon.url);
      const message = 'your sign-in has expired or was revoked: run `candela auth login`';
      assert.deepEqual([call.status, await call.json()], [401, { error: message }]);
      const rpc = await failureOf(clientsAt(daemon.url).users.getMyBudget({}));
      assert.equal(rpc.message, `[unauthenticated] ${message}`);
      assert.equal((await proxy.seen()).length, seen.length, 'nothing goes on without an identity');

      const [line] = logged(daemon, FAILED);
      assert.deepEqual(
        [line?.['level'], line?.['reason']],
        ['error', 'invalid_grant: Token has been expired or revoked.'],
      );
      assert.deepEqual(await secretsIn(daemon, seen), []);

      await team.google.behave({});
      await team.google.writeSignIn(daemon.home);
      const again = await chatAt(daemon.url);
      assert.equal(again.status, 200, await again.text());
    });

    it('goes on with the old token while Google gives no new one, and says 502 once there is none', async () => {
      await start();
      await team.google.behave({ lifetimeSeconds: 200 });
      await (await chatAt(daemon.url)).text();
      await team.google.behave({ tokens: 'error' });
      const still = await chatAt(daemon.url);
      assert.equal(still.status, 200, await still.text());

      const other = await team.daemon(proxy.url, { config: { audience: CLIENT_ID } });
      const none = await chatAt(other.url);
      assert.equal(none.status, 502);
      const { error } = (await none.json()) as { error: { message: string; type: string } };
      assert.equal(error.type, 'upstream_error');
      assert.match(error.message, /^Google gave no token \(internal_failure\): try again shortly/);
      const rpc = await failureOf(clientsAt(other.url).users.getMyBudget({}));
      assert.match(rpc.message, /^\[unavailable\] Google gave no token/);
    });

    it('becomes somebody else as soon as somebody else signs in', async () => {
      await start();
      await (await chatAt(daemon.url)).text();
      await team.google.behave({ email: 'other@example.com' });
      await team.google.writeSignIn(daemon.home);
      await (await chatAt(daemon.url)).text();
      assert.deepEqual(
        (await proxy.seen()).map(({ who }) => who?.email),
        [DEVELOPER, 'other@example.com'],
      );
    });

    it("passes on, word for word, that the server's side does not take the token", async () => {
      proxy = await team.proxy({ header: 'authorization', audience: 'somebody else' });
      daemon = await team.daemon(proxy.url, { config: { audience: CLIENT_ID } });
      const answer = await chatAt(daemon.url);
      assert.deepEqual(
        [answer.status, await answer.text()],
        [401, 'Invalid IAP credentials: a token for somebody else'],
      );
    });
  });

  it('is not told to a server on this machine, whose callers need no sign-in', async () => {
    const daemon = await team.daemon(team.server.url, { signedIn: false });
    const answer = await chatAt(daemon.url);
    assert.equal(answer.status, 200, await answer.text());
    assert.equal(daemon.log().includes(FAILED), false);
  });
});
