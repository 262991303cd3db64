import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_STATUS_SETTINGS, EditorSession } from '@candela/core/client';
import { daemonLocator, FileOutboxStore } from '@candela/core/client/node';
import { defaultDaemonUrl, startBundledDaemon } from './daemon.ts';
import { messages } from './messages.ts';
import { readSettings } from './settings.ts';

const BUNDLED_DAEMON = path.join(import.meta.dirname, '../dist/candela.mjs');

describe('the daemon that comes with the extension', () => {
  let home: string;
  let env: Record<string, string | undefined>;
  let port: number;
  const settings = readSettings({ get: () => undefined }).daemon;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'candela-bundled-'));
    port = await freePort();
    env = {
      ...process.env,
      HOME: home,
      CANDELA_HOME: home,
      CANDELA_CONFIG: '',
      CANDELA_PORT: String(port),
      CANDELA_LM_STUDIO_PORT: '0',
    };
  });
  afterEach(() => rm(home, { recursive: true, maxRetries: 5 }));

  const start = (scriptPath = BUNDLED_DAEMON) => {
    const configuredUrl = `http://127.0.0.1:${port}`;
    return startBundledDaemon({
      scriptPath,
      settings,
      env,
      resolveBaseUrl: daemonLocator({ home, configuredUrl }),
    });
  };

  it('starts, is found through its discovery file, and shows a day without a budget and without a call', async () => {
    const url = await start();
    const locate = daemonLocator({ home });
    await until(async () => (await locate()) === url);
    const session = new EditorSession({
      resolveBaseUrl: locate,
      outboxStore: new FileOutboxStore(path.join(home, 'outbox')),
      settings: DEFAULT_STATUS_SETTINGS,
      pollIntervalMs: 1_000,
      onCaughtUp: () => {},
      onOutboxError: (error) => assert.fail(String(error)),
    });
    const status = await session.refresh();
    const discovery = path.join(home, 'daemon.json');
    const { pid } = JSON.parse(await readFile(discovery, 'utf8')) as { readonly pid: number };
    process.kill(pid, 'SIGTERM');
    await until(() => !existsSync(discovery));
    const afterwards = await session.refresh();
    await session.stop();
    assert.deepEqual([status.text, status.severity], ['$0.00', 'ok']);
    assert.deepEqual([afterwards.text, afterwards.severity], ['--', 'offline']);
  });

  it('says why it did not start', async () => {
    env = { ...env, CANDELA_LOG_LEVEL: 'shout' };
    await assert.rejects(start(), /CANDELA_LOG_LEVEL: must be one of/);
  });

  it('is not started in place of the one the user chose, which is asked for instead', async () => {
    const url = `http://127.0.0.1:${port}`;
    const chosen = { ...settings, url };
    const resolveBaseUrl = daemonLocator({ home, configuredUrl: url });
    const options = { scriptPath: BUNDLED_DAEMON, settings: chosen, env, resolveBaseUrl };
    await assert.rejects(startBundledDaemon(options), { message: messages.chosenDaemonAway(url) });
    assert.deepEqual(await readdir(home), []);
    const theirs = createHttpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    });
    theirs.listen(port, '127.0.0.1');
    await once(theirs, 'listening');
    assert.equal(await startBundledDaemon(options), url);
    theirs.close();
    theirs.closeAllConnections();
  });

  it('is missed with a clear word in a build without one', async () => {
    await assert.rejects(start(path.join(home, 'none.mjs')), {
      message: messages.noBundledDaemon(),
    });
  });
});

describe('where a daemon is looked for that has left no note', () => {
  it('is the port that the environment names, else the usual one', () => {
    assert.equal(defaultDaemonUrl({ CANDELA_PORT: '9000' }), 'http://127.0.0.1:9000');
    assert.equal(defaultDaemonUrl({ CANDELA_PORT: '' }), 'http://127.0.0.1:8181');
    assert.equal(defaultDaemonUrl({}), 'http://127.0.0.1:8181');
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
