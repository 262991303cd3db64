import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeProvider } from '../fakes/provider/start.ts';
import { startDaemon } from '../harness/daemon.ts';
import { BUNDLED_DAEMON_PATH } from './extension-package.ts';
import { type DaemonControl, startDaemonControl } from '../harness/daemon-control.ts';

/** What the tests inside the extension host know of the world outside; JSON in `CANDELA_TEST_CONTEXT`. */
export interface HostTestContext {
  readonly daemonUrl: string;
  /** `POST /stop` and `POST /start` here stop the daemon and bring it back at the same address. */
  readonly daemonControlUrl: string;
  readonly providerUrl: string;
  /** `CANDELA_HOME` of the daemon. */
  readonly home: string;
}

/** The daemon that comes with the extension in front of a fake provider, without any editor. */
export interface Rig {
  readonly provider: Awaited<ReturnType<typeof startFakeProvider>>;
  readonly daemonUrl: string;
  readonly home: string;
  readonly control: DaemonControl;
  /** Environment for the editor: where the daemon lives, and the context for tests inside it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startRig({ budgetDailyUsd }: { readonly budgetDailyUsd: number }): Promise<Rig> {
  const home = await mkdtemp(join(tmpdir(), 'candela-vscode-rig-'));
  const endings: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })];
  const close = async () => {
    for (const end of endings.splice(0).toReversed()) await end();
  };
  try {
    const provider = await startFakeProvider();
    endings.push(() => provider.stop());
    const providers = [{ name: 'openai', upstream: provider.url }];
    let daemonUrl: string | undefined;
    const control = await startDaemonControl(async () => {
      const samePort = daemonUrl !== undefined && { port: Number(new URL(daemonUrl).port) };
      const daemon = await startDaemon({
        ...{ providers, budgetDailyUsd, home },
        ...samePort,
        script: BUNDLED_DAEMON_PATH,
        // One port less that somebody else might take while the daemon is stopped.
        env: { CANDELA_LM_STUDIO_PORT: '0' },
      });
      daemonUrl = daemon.url;
      return daemon;
    });
    endings.push(() => control.close());
    if (daemonUrl === undefined) throw new Error('the daemon started without an address');
    const context: HostTestContext = {
      daemonUrl,
      daemonControlUrl: control.url,
      providerUrl: provider.url,
      home,
    };
    const env = {
      CANDELA_HOME: home,
      // Where the editor looks while the daemon is away, and would else find one of the developer's own.
      CANDELA_PORT: new URL(daemonUrl).port,
      CANDELA_TEST_CONTEXT: JSON.stringify(context),
    };
    return { provider, daemonUrl, home, control, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}
