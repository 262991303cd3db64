import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { ConfigError } from '../config/parse-config.ts';
import { configuredProviders } from '../config/providers.ts';
import type { Engine } from '../engine.ts';
import { Refusal, sendRefusal } from '../gateway/errors.ts';
import type { Provider } from '../gateway/providers/provider.ts';
import { createDualProtocolServer, type DualProtocolServer } from '../http/dual-protocol-server.ts';
import { ListenError } from '../http/listen-error.ts';
import { crossSiteReason } from '../http/loopback-guard.ts';
import { sendJson } from '../gateway/wire/send-json.ts';
import type { Logger } from '../logger.ts';
import { createPriceBook, LOCAL_PROVIDER } from '../pricing/index.ts';
import { removeDiscovery, writeDiscovery } from './discovery-file.ts';
import { takeHome } from './home-lock.ts';
import type { LocalConfig } from './local-config.ts';
import { letLocalFollow, localEntryOf } from './local-provider.ts';
import { createPush, type Push } from '../push/push.ts';
import { withManagementPage } from './management-page/management-page.ts';
import { openRuntimes } from '../runtimes/open-runtimes.ts';
import type { Runtimes } from '../runtimes/runtimes.ts';
import { signedInClient } from './sign-in/google-credentials.ts';
import { openSolo, openSoloEngine } from './solo.ts';
import type { LocalModelsOptions } from './team/local-models.ts';
import { createTeamForwarder } from './team/team-forwarder.ts';

export interface DaemonOptions {
  readonly config: LocalConfig;
  readonly logger: Logger;
  readonly version: string;
  /** Adds the provider `demo`. */
  readonly demo: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Daemon {
  readonly url: string;
  readonly lmStudioUrl: string | undefined;
  /** Lets calls under way finish, for ten seconds at most, then writes what is left and lets go of everything. */
  stop(): Promise<void>;
}

/** Streams under way at a stop get this long to finish. */
const DRAIN_MS = 10_000;

const LOOPBACK = '127.0.0.1';

type Handle = Engine['handle'];

/**
 * Runs the developer's daemon: one gateway on two ports of 127.0.0.1.
 *
 * The ports are taken before anything is written, so that a second daemon leaves no trace of its failed start.
 *
 * @throws ListenError, ConfigError, HomeTakenError, StorageOpenError
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { config, logger } = options;
  const { vertexAi, aws } = config;
  const providers = configuredProviders(config.providers, {
    ...{ env: options.env, logger, vertexAi, aws },
    googleSignIn: () => signedInClient(config.home),
  });
  const undo: (() => Promise<void> | void)[] = [];
  try {
    let handle: Handle = (_req, res) =>
      sendJson(res, 503, { status: 'error', detail: 'candela is starting' });
    const guarded: Handle = (req, res) => {
      const reason = crossSiteReason(req);
      if (reason === undefined) handle(req, res);
      else sendRefusal(res, new Refusal('access_denied', reason));
    };
    const servers: DualProtocolServer[] = [];
    const listen = async (port: number, setting: string): Promise<number> => {
      const server = createDualProtocolServer(guarded);
      const taken = await listenOnLoopback(server, port, setting);
      servers.push(server);
      return taken;
    };
    undo.push(() => stopServers(servers));
    const port = await listen(config.port, 'CANDELA_PORT, or `port` in the configuration');
    const lmStudioPort =
      config.lmStudioPort === undefined
        ? undefined
        : await listen(
            config.lmStudioPort,
            'CANDELA_LM_STUDIO_PORT (0 switches it off), or `lm_studio_port`',
          );

    makeHome(config.home);
    const lock = await takeHome(config.home);
    undo.push(() => lock.release());
    const push = createPush();
    const { runtimes, close: closeRuntimes } = await openRuntimes({
      ...{ configured: config.runtime, statePath: config.statePath, env: options.env, logger },
      ownPorts: [port, ...(lmStudioPort === undefined ? [] : [lmStudioPort])],
      onChange: push.changed,
    });
    undo.push(closeRuntimes);
    const isSolo = config.remote === undefined;
    const parts = isSolo
      ? await openSolo({ ...options, runtimes, onSettled: push.changed }, providers)
      : createTeamForwarder({
          ...{ remote: config.remote, identity: config.identity, home: config.home, runtimes, logger },
          local: localModels(options, { push, runtimes }),
        });
    // Runs before the servers are stopped for good, because `undo` goes backwards; what is under way comes first.
    undo.push(async () => {
      push.close();
      await stopServers(servers);
      await parts.close();
    });
    handle = push.wrap(withManagementPage(parts.handle), isSolo ? 'settled' : 'answered');

    const url = `http://${LOOPBACK}:${port}`;
    const lmStudioUrl = lmStudioPort === undefined ? undefined : `http://${LOOPBACK}:${lmStudioPort}`;
    const { pid } = process;
    writeDiscovery(config.home, {
      ...{ pid, port, url, version: options.version },
      ...(lmStudioUrl !== undefined && { lmStudioUrl }),
      startedAt: new Date().toISOString(),
    });
    // First of all, so that the next daemon need not wait for the streams under way here.
    undo.push(() => {
      removeDiscovery(config.home, pid);
      lock.release();
    });
    return {
      url,
      lmStudioUrl,
      stop: () => runBackwards(undo),
    };
  } catch (cause) {
    await runBackwards(undo);
    throw cause;
  }
}

function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError(
      `cannot make the folder ${home}: give this user write access to what is above it, or set CANDELA_HOME to another folder`,
      { cause },
    );
  }
}

/** Beside a team's server: this machine's runtime, with stores of its own once it is called. */
function localModels(
  options: DaemonOptions,
  { push, runtimes }: { readonly push: Push; readonly runtimes: Runtimes },
): LocalModelsOptions {
  const { config, env, logger } = options;
  const providers = configuredProviders([localEntryOf(config)], { env, logger });
  letLocalFollow(runtimes, providers, options);
  return {
    provider: providers.get(LOCAL_PROVIDER) as Provider,
    prices: createPriceBook(),
    openEngine: () => openSoloEngine(config, providers, { logger, runtimes, onSettled: push.changed }),
  };
}

function listenOnLoopback({ server }: DualProtocolServer, port: number, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError({ host: LOOPBACK, port }, setting, cause)));
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

async function stopServers(servers: DualProtocolServer[]): Promise<void> {
  await Promise.all(
    servers.splice(0).map(async (server) => {
      const cutLater = setTimeout(() => server.cut(), DRAIN_MS);
      await server.drain();
      clearTimeout(cutLater);
    }),
  );
}

async function runBackwards(steps: (() => Promise<void> | void)[]): Promise<void> {
  for (const step of steps.splice(0).toReversed()) await step();
}
