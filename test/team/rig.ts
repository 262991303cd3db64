import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeGoogle, type FakeGoogle } from '../fakes/google-oauth/start.ts';
import { startFakeIap, type FakeIap, type IapOptions } from '../fakes/iap/start.ts';
import { FAKE_OPENAI_KEY, startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startDaemon, type DaemonOptions, type TestDaemon } from '../harness/daemon.ts';
import { startServer, type TestServer } from '../harness/server.ts';

export const IAP_CLIENT = 'iap-client.apps.googleusercontent.com';
export const SERVICE_ACCOUNT = 'candela-callers@team.iam.gserviceaccount.com';

/** A team: Google, a paid provider, a candela-server, and who looks at identities before it. A process each. */
export interface Team {
  readonly google: FakeGoogle;
  readonly provider: FakeProvider;
  readonly server: TestServer;
  /** A proxy in front of the server that lets through whose token is for this audience. */
  proxy(options: Pick<IapOptions, 'header' | 'audience'>): Promise<FakeIap>;
  /** A daemon in team mode, on a machine where the developer has signed in unless `signedIn` is false. */
  daemon(
    remote: string,
    options?: Omit<DaemonOptions, 'remote'> & { readonly signedIn?: boolean },
  ): Promise<TestDaemon>;
  /** Ends daemons and proxies; what they left behind goes. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTeam(): Promise<Team> {
  const google = await startFakeGoogle();
  const provider = await startFakeProvider();
  const server = await startServer({
    config: {
      proxy: { providers: [{ name: 'openai', upstream: provider.url, api_key_env: 'TEAM_OPENAI_KEY' }] },
      users: { default_daily_budget_usd: 2 },
    },
    env: { TEAM_OPENAI_KEY: FAKE_OPENAI_KEY },
  });
  const undo: (() => Promise<unknown>)[] = [];
  const clear = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  return {
    ...{ google, provider, server, clear },
    async proxy(options) {
      const proxy = await startFakeIap({ ...options, server: server.url, secret: google.secret });
      undo.push(() => proxy.stop());
      return proxy;
    },
    async daemon(remote, { signedIn = true, ...options } = {}) {
      const home = await mkdtemp(join(tmpdir(), 'candela-team-'));
      undo.push(() => rm(home, { recursive: true, force: true }));
      if (signedIn) await google.writeSignIn(home);
      const daemon = await startDaemon({
        ...{ ...options, remote, home },
        env: { CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: google.url, ...options.env },
      });
      undo.push(() => daemon.kill());
      return daemon;
    },
    async stop() {
      await clear();
      await server.kill();
      await provider.stop();
      await google.stop();
    },
  };
}

/** The log's lines with this text. */
export function logged(daemon: Pick<TestDaemon, 'log'>, msg: string): readonly Record<string, unknown>[] {
  return daemon
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['msg'] === msg);
}
