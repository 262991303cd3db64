import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../testing/eventually.ts';
import { InMemoryDaemon } from '../testing/in-memory-daemon.ts';
import { daemonLocator } from './daemon-locator.ts';
import { readDiscoveryFile } from './discovery-file.ts';
import { startDaemon, type StartDaemonOptions } from './start-daemon.ts';

const TINY_DAEMON = fileURLToPath(import.meta.resolve('../testing/tiny-daemon.ts'));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('startDaemon', () => {
  let home: string;
  let port: number;
  let options: StartDaemonOptions;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'candela-start-'));
    port = await freePort();
    const resolveBaseUrl = async () => (await readDiscoveryFile(home))?.url ?? `http://127.0.0.1:${port}`;
    const env = { ...process.env, CANDELA_HOME: home };
    options = {
      execPath: process.execPath,
      scriptPath: TINY_DAEMON,
      args: [String(port)],
      env,
      home,
      resolveBaseUrl,
    };
  });
  afterEach(async () => {
    const running = await readDiscoveryFile(home);
    if (running !== undefined) process.kill(running.pid);
    await eventually('the daemon is gone', async () => (await readDiscoveryFile(home)) === undefined);
    await rm(home, { recursive: true });
  });

  it('starts a daemon and finds it', async () => {
    const baseUrl = await startDaemon(options);
    assert.equal(baseUrl, `http://127.0.0.1:${port}`);
    await eventually('the discovery file', async () => (await daemonLocator({ home })()) === baseUrl);
  });

  it('starts nothing where one is healthy already', async () => {
    const daemon = new InMemoryDaemon();
    await daemon.start();
    const resolveBaseUrl = () => Promise.resolve(daemon.url);
    assert.equal(await startDaemon({ ...options, scriptPath: '/nonexistent', resolveBaseUrl }), daemon.url);
    await daemon.stop();
  });

  it('ends with one daemon when four windows start it at once', async () => {
    const urls = await Promise.all([1, 2, 3, 4].map(() => startDaemon(options)));
    assert.deepEqual(new Set(urls), new Set([`http://127.0.0.1:${port}`]));
    await eventually('the losers have said so', async () => {
      const errors = await readFile(path.join(home, 'daemon.err.log'), 'utf8');
      return errors.split('port is taken').length === 4;
    });
  });

  /** What the start comes to where somebody has the port who answers every question like this. */
  const startBehind = async (
    answer: (response: ServerResponse) => void,
    limits: Pick<StartDaemonOptions, 'healthyWithinMs' | 'rivalGraceMs'>,
  ): Promise<string> => {
    const holder = createServer((_request, response) => answer(response)).listen(port, '127.0.0.1');
    await once(holder, 'listening');
    try {
      return await startDaemon({ ...options, ...limits }).catch(String);
    } finally {
      holder.close();
      holder.closeAllConnections();
    }
  };

  // On a slow machine the window whose daemon came second gave up on the first, which needed longer than its grace.
  it('waits for a rival that says that it is starting', async () => {
    let questions = 0;
    const outcome = await startBehind(
      (response) => {
        questions += 1;
        if (questions > 40) response.end('{"status":"ok"}');
        else response.writeHead(503).end('{"status":"error","detail":"candela is starting"}');
      },
      { rivalGraceMs: 500 },
    );
    assert.equal(outcome, `http://127.0.0.1:${port}`);
  });

  it('waits for a rival that is starting for no longer than for its own daemon', async () => {
    const outcome = await startBehind(
      (response) => void response.writeHead(503).end('{"status":"error","detail":"candela is starting"}'),
      { healthyWithinMs: 1_500 },
    );
    assert.match(outcome, /the daemon (ended at its start: port is taken|was not healthy within 1\.5 s)/);
  });

  it('says why the daemon ended', async () => {
    await writeFile(path.join(home, 'daemon.err.log'), 'an older complaint\n');
    const outcome = await startBehind((response) => void response.end('hello'), {});
    assert.match(outcome, /the daemon ended at its start: port is taken: .*EADDRINUSE/);
  });

  it('says so when the program cannot be run', async () => {
    await assert.rejects(startDaemon({ ...options, execPath: '/nonexistent' }), /could not be started with/);
  });

  it('gives up on a daemon that never gets healthy, and ends it', async () => {
    const scriptPath = path.join(home, 'idle.mjs');
    await writeFile(scriptPath, 'console.error("still thinking"); setInterval(() => {}, 1000);');
    await assert.rejects(
      startDaemon({ ...options, scriptPath, healthyWithinMs: 4_000 }),
      /not healthy within 4 s: still thinking/,
    );
  });
});
