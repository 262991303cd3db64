import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { freePort } from '../harness/free-port.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { startRig, totalCost, spansIn, ledgerIn, type Rig } from './rig.ts';

const MAIN = fileURLToPath(new URL('../../core/src/local/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('candela that cannot start', () => {
  let folder: string;
  let home: string;
  const servers: Server[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-start-'));
    home = join(folder, 'home');
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(folder, { recursive: true });
  });

  /** Runs `candela run` until it ends by itself. */
  const run = async (
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<Ended> => {
    const child = spawn(process.execPath, [MAIN, 'run', ...args], {
      env: {
        ...{ PATH: process.env['PATH'], HOME: folder, CANDELA_HOME: home, METADATA_SERVER_DETECTION: 'none' },
        ...{ CANDELA_PORT: String(await freePort()), CANDELA_LM_STUDIO_PORT: '0', ...env },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // One that does not end by itself is the failure these tests look for.
      ...{ timeout: 60_000, killSignal: 'SIGKILL' as const },
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  };
  const assertOneLine = ({ code, out, err }: Ended, says: RegExp): void => {
    assert.match(err, says);
    assert.deepEqual([code, out, err.split('\n').length], [1, '', 2], err);
    assert.match(err, /^candela: /);
  };
  const takePort = async (): Promise<string> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return String((server.address() as AddressInfo).port);
  };
  const config = (text: string): Readonly<Record<string, string>> => {
    const path = join(folder, 'config.yaml');
    writeFileSync(path, text);
    return { CANDELA_CONFIG: path };
  };
  const isFree = async (port: string): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => false,
      () => true,
    );

  it('because its port is taken', async () => {
    const port = await takePort();
    const ended = await run({ CANDELA_PORT: port });
    assertOneLine(ended, new RegExp(`port ${port} is taken.*CANDELA_PORT`));
    assert.equal(existsSync(home), false);
  });

  it('because its second port is taken, and the first is let go again', async () => {
    const [port, second] = [String(await freePort()), await takePort()];
    const ended = await run({ CANDELA_PORT: port, CANDELA_LM_STUDIO_PORT: second });
    assertOneLine(ended, new RegExp(`port ${second} is taken.*CANDELA_LM_STUDIO_PORT`));
    assert.equal(existsSync(home), false);
    assert.equal(await isFree(port), true);
  });

  // What else can be wrong with a configuration stands beside `loadLocalConfig`.
  const CONFIGS: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown key', 'port: 0\nbugdet:\n  daily_usd: 5\n', /config\.yaml:2: bugdet: unknown key/],
    [
      'a key that is not set',
      'providers:\n  - name: openai\n    api_key_env: CANDELA_NO_KEY\n',
      /CANDELA_NO_KEY is not set/,
    ],
  ];
  for (const [what, text, says] of CONFIGS) {
    it(`because of its configuration: ${what}`, async () => {
      assertOneLine(await run(config(text)), says);
      assert.equal(existsSync(home), false, 'nothing is left behind');
    });
  }

  it('because its home cannot be', async () => {
    writeFileSync(home, 'a file where a folder should be');
    assertOneLine(await run(), /write access/);
    home = join(home, 'below');
    assertOneLine(await run(), /write access/);
    assertOneLine(await run(config('remote: http://127.0.0.1:9/\n')), /write access/);
  });

  for (const name of ['state.db', 'traces.db']) {
    it(`because ${name} is damaged, which stays as it is`, async () => {
      mkdirSync(home);
      const path = join(home, name);
      const text = 'no database at all, and long enough not to be taken for a new one\n'.repeat(100);
      writeFileSync(path, text);
      const port = String(await freePort());
      // The demo provider is a server as well, and must be gone too.
      assertOneLine(
        await run({ CANDELA_PORT: port }, ['--demo']),
        /is not a database Candela can read.*move the file away/,
      );
      assert.equal(readFileSync(path, 'utf8'), text);
      assert.equal(readdirSync(home).includes('daemon.json'), false);
      assert.equal(await isFree(port), true);
    });
  }

  it('because state.db belongs to a newer Candela', async () => {
    const daemon = await startDaemon({ home: await made(home) });
    await daemon.stop();
    const db = new DatabaseSync(join(home, 'state.db'));
    db.exec(`UPDATE schema_migrations SET version = 99 WHERE component = 'ledger'`);
    db.close();
    assertOneLine(await run(), /newer Candela.*update Candela/);
  });

  it('because state.db is held by another program for longer than it waits', async () => {
    const daemon = await startDaemon({ home: await made(home) });
    await daemon.stop();
    const holder = new DatabaseSync(join(home, 'state.db'));
    holder.exec('BEGIN IMMEDIATE');
    const ended = await run({}, ['--demo']);
    holder.exec('ROLLBACK');
    holder.close();
    assertOneLine(ended, /state\.db is in use by another process/);
  });
});

async function made(path: string): Promise<string> {
  mkdirSync(path, { recursive: true });
  return path;
}

describe('candela that has started', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ budgetDailyUsd: 10 });
  });
  afterEach(() => rig.close());

  const discovery = (): string => join(rig.home, 'daemon.json');
  const stream = (directives: string): Promise<Response> =>
    fetch(`${rig.daemon.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        max_tokens: 100,
        stream: true,
        messages: [{ role: 'user', content: `hello [usage in=40 out=50] ${directives}` }],
      }),
    });
  const takesNoMore = (daemon: TestDaemon): Promise<true> =>
    waitUntil({
      what: 'the daemon to take no more connections',
      probe: () =>
        fetch(`${daemon.url}/healthz`, { headers: { connection: 'close' } }).then(
          () => undefined,
          () => true as const,
        ),
    });

  it('can be found by a note that its user alone can read, until it stops', async () => {
    const { daemon } = rig;
    assert.equal(statSync(discovery()).mode & 0o777, 0o600);
    const note = JSON.parse(readFileSync(discovery(), 'utf8')) as Record<string, unknown>;
    const { pid, port, url, startedAt } = note;
    assert.deepEqual([pid, url, port], [daemon.pid, daemon.url, Number(new URL(daemon.url).port)]);
    assert.ok(Math.abs(Date.now() - Date.parse(String(startedAt))) < 3_600_000);
    assert.equal(await daemon.stop(), 0);
    assert.equal(existsSync(discovery()), false);
    assert.deepEqual(
      readdirSync(rig.home).filter((name) => name.startsWith('daemon')),
      ['daemon.lock'],
      'the file of the lock stays, and the lock does not',
    );
  });

  it('puts its own note in the place of one that a killed daemon left', async () => {
    await rig.daemon.kill();
    assert.equal(existsSync(discovery()), true);
    await rig.restart();
    assert.equal((JSON.parse(readFileSync(discovery(), 'utf8')) as { pid: number }).pid, rig.daemon.pid);
  });

  it('keeps what it has for its user alone', () => {
    for (const name of ['state.db', 'traces.db']) {
      assert.equal(statSync(join(rig.home, name)).mode & 0o777, 0o600, name);
    }
  });

  it('at SIGTERM takes no more calls, lets a stream finish, and settles it', async () => {
    const answer = await stream('[fault hold after_events=3]');
    const { daemon } = rig;
    const exit = daemon.stop();
    await takesNoMore(daemon);
    await rig.fake.release();
    const text = await answer.text();
    assert.equal(text.endsWith('data: [DONE]\n\n'), true);
    assert.equal(await exit, 0);
    const spans = spansIn(rig.home);
    const expected = 40n * 150n + 50n * 600n;
    assert.deepEqual(
      [spans.length, totalCost(spans), ledgerIn(rig.home)],
      [1, expected, { spent: expected, reserved: 0n, reservations: 0n, unwrittenSpans: 0n }],
    );
  });

  it('at SIGTERM cuts a stream that does not end, charges what was used, and is gone', async () => {
    const answer = await stream('[fault stall after_events=5]');
    assert.equal(await rig.daemon.stop(), 0);
    await assert.rejects(answer.text());
    const spans = spansIn(rig.home);
    const { spent, ...held } = ledgerIn(rig.home);
    assert.equal(spans.length, 1);
    assert.ok(spent > 0n);
    assert.equal(totalCost(spans), spent);
    assert.deepEqual(held, { reserved: 0n, reservations: 0n, unwrittenSpans: 0n });
    assert.doesNotMatch(rig.daemon.log(), /"level":"error"/);
  });
});
