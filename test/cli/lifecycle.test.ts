import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.ts';
import { type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { chatAt } from '../server/team-call.ts';
import { newMachine, type Machine } from './candela.ts';

describe('candela start, stop and status', () => {
  let fake: FakeProvider;
  let machine: Machine;
  before(async () => {
    fake = await startFakeProvider();
  });
  after(() => fake.stop());
  beforeEach(async () => {
    machine = await newMachine({
      providers: [{ name: 'openai', upstream: fake.url }],
      budget: { daily_usd: 5 },
    });
  });
  afterEach(() => machine.close());

  const discoveryFile = (): string => join(machine.env['CANDELA_HOME'] ?? '', 'daemon.json');
  const pidOfDaemon = async (): Promise<number> =>
    (JSON.parse(await readFile(discoveryFile(), 'utf8')) as { readonly pid: number }).pid;

  it('go from nothing to a daemon in the background and back', async () => {
    const before = await machine.candela(['status']);
    assert.deepEqual([before.code, before.err], [1, '']);
    assert.match(before.out, /does not run.*candela start/);
    assert.deepEqual(JSON.parse((await machine.candela(['status', '--json'])).out), { running: false });

    const started = await machine.candela(['start']);
    assert.deepEqual([started.code, started.out, started.err], [0, `Candela runs at ${machine.url}\n`, '']);
    const status = await machine.candela(['status']);
    assert.equal(status.code, 0);
    for (const line of [
      /^running +http:\/\/127\.0\.0\.1:\d+$/m,
      /^mode +solo \+ cloud$/m,
      /\$0\.00 \/ \$5\.00/,
    ]) {
      assert.match(status.out, line);
    }
    const { started_at: startedAt, ...rest } = JSON.parse(
      (await machine.candela(['status', '--json'])).out,
    ) as Record<string, unknown>;
    assert.ok(Date.parse(String(startedAt)) <= Date.now());
    const { budget, version, runtime: _, ...where } = rest;
    assert.deepEqual(where, {
      ...{ running: true, url: machine.url, mode: 'solo + cloud', pid: await pidOfDaemon() },
    });
    assert.equal((budget as { readonly limit_usd: number }).limit_usd, 5);
    assert.equal(version, (await machine.candela(['version'])).out.trim());

    const stopped = await machine.candela(['stop']);
    assert.deepEqual([stopped.code, stopped.out], [0, `Candela at ${machine.url} has ended\n`]);
    assert.equal(existsSync(discoveryFile()), false);
    await assert.rejects(fetch(`${machine.url}/healthz`));
    const again = await machine.candela(['stop', '--json']);
    assert.deepEqual([again.code, JSON.parse(again.out)], [0, { stopped: false }]);
  });

  it('end with one daemon, whoever starts it and however many at once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => machine.candela(['start', '--json'])));
    assert.deepEqual(
      all.map(({ code }) => code),
      [0, 0, 0],
    );
    const urls = all.map(({ out }) => (JSON.parse(out) as { readonly url: string }).url);
    assert.deepEqual(new Set(urls), new Set([machine.url]));
    const pid = await pidOfDaemon();
    const later = await machine.candela(['start']);
    assert.equal(later.out, `Candela ran already at ${machine.url}\n`);
    assert.equal(await pidOfDaemon(), pid);
  });

  // Each got the port it was told, and two daemons kept their files in one home; only one of them could be stopped.
  it('end with one daemon, although each start was told another port', async () => {
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const starts = await Promise.all(
      ports.map((port) => machine.candela(['start', '--json'], { env: { CANDELA_PORT: String(port) } })),
    );
    assert.deepEqual(
      starts.map(({ code }) => code),
      [0, 0, 0],
    );
    const urls = new Set(starts.map(({ out }) => (JSON.parse(out) as { readonly url: string }).url));
    const [url, ...others] = urls;
    assert.deepEqual(others, []);
    const late = await machine.candela(['run'], { env: { CANDELA_PORT: '0' } });
    assert.equal(late.code, 1);
    assert.match(late.err, new RegExp(`^candela: a Candela with its files in .* runs already, at ${url} `));
    await machine.candela(['stop']);
    const answers = await Promise.allSettled(ports.map((port) => fetch(`http://127.0.0.1:${port}/healthz`)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
  });

  it('say that what runs is another version', async () => {
    const { err: same } = await machine.candela(['start']);
    const again = await machine.candela(['start']);
    const note = await readFile(discoveryFile(), 'utf8');
    await writeFile(discoveryFile(), JSON.stringify({ ...JSON.parse(note), version: '0.0.1' }));
    const other = await machine.candela(['start', '--json']);
    assert.deepEqual([same, again.err, other.code], ['', '', 0]);
    assert.match(other.err, /^candela: what runs is version 0\.0\.1, and this is \d.*candela stop/);
    assert.deepEqual(JSON.parse(other.out), { url: machine.url, started: false });
  });

  it('let another daemon have the home of one that was killed', async () => {
    await machine.candela(['start']);
    process.kill(await pidOfDaemon(), 'SIGKILL');
    assert.equal((await machine.candela(['start'])).code, 0);
  });

  // All commands said that there was none, and `stop` that it was done.
  it('say of a daemon that does not answer that it is there, and end it', async () => {
    await machine.candela(['start']);
    const pid = await pidOfDaemon();
    process.kill(pid, 'SIGSTOP');
    const status = await machine.candela(['status']);
    const statusJson = await machine.candela(['status', '--json']);
    const budget = await machine.candela(['budget']);
    const stopping = machine.begin(['stop']);
    // What was told to end while it was stopped does so when it goes on.
    await waitUntil({
      what: 'the daemon to be told',
      probe: async () =>
        /^(?:Shd|Sig)Pnd:\s*0*4000$/m.test(await readFile(`/proc/${pid}/status`, 'utf8')) || undefined,
    });
    process.kill(pid, 'SIGCONT');
    const { code, out } = await stopping.ended;
    const silence = new RegExp(
      `the Candela at ${machine.url} \\(process ${pid}\\) does not answer.*candela stop`,
    );
    assert.deepEqual([status.code, budget.code, code], [1, 1, 0]);
    assert.match(status.out, silence);
    assert.match(budget.err, silence);
    const { error, version: _, ...rest } = JSON.parse(statusJson.out) as Record<string, unknown>;
    assert.deepEqual(rest, { running: false, url: machine.url, pid });
    assert.match(String(error), silence);
    assert.equal(out, `Candela at ${machine.url} has ended\n`);
  });

  it('say so where the home cannot be written in, and name no log that is not there', async () => {
    const { code, err } = await machine.candela(['start'], {
      env: { CANDELA_HOME: join(machine.home, 'config.yaml', 'home') },
    });
    assert.equal(code, 1);
    assert.match(err, /^candela: cannot write in the folder .*config\.yaml.*CANDELA_HOME[^\n]*\n$/);
  });

  it('find a daemon that runs in a terminal, and end it too', async () => {
    const terminal = machine.begin(['run']);
    assert.equal((await machine.candela(['start'])).code, 0);
    assert.equal(await pidOfDaemon(), terminal.pid);
    assert.equal((await machine.candela(['stop'])).code, 0);
    assert.equal((await terminal.ended).code, 0);
  });

  it('let a call under way come to its end before the daemon is gone', async () => {
    await machine.candela(['start']);
    const answer = await chatAt(machine.url, { stream: true, directives: '[fault hold after_events=1]' });
    const stopping = machine.candela(['stop']);
    const text = answer.text();
    await waitUntil({
      what: 'new calls to be refused',
      probe: () =>
        fetch(`${machine.url}/healthz`).then(
          () => undefined,
          () => true,
        ),
    });
    await fake.release();
    assert.match(await text, /\[DONE\]/);
    assert.equal((await stopping).code, 0);
  });

  it('say what keeps the daemon from starting, in its own words', async () => {
    const stranger = createServer((_req, res) => res.end('hello')).listen(
      Number(machine.env['CANDELA_PORT']),
      '127.0.0.1',
    );
    await once(stranger, 'listening');
    const { code, err } = await machine.candela(['start']);
    stranger.close();
    stranger.closeAllConnections();
    assert.equal(code, 1);
    assert.match(err, /^candela: the daemon ended at its start: .*CANDELA_PORT/);
    assert.match(err, /daemon\.err\.log/);
  });

  it('say what is wrong in the configuration, and start nothing', async () => {
    await writeFile(join(machine.home, 'config.yaml'), 'prot: 1\n');
    const { code, err } = await machine.candela(['start']);
    assert.deepEqual([code, existsSync(discoveryFile())], [1, false]);
    assert.match(err, /^candela: .*config\.yaml.*prot/);
  });

  it('never end a process that only has the number of one', async () => {
    await machine.candela(['start']);
    const note = JSON.parse(await readFile(discoveryFile(), 'utf8')) as Record<string, unknown>;
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await writeFile(
      discoveryFile(),
      JSON.stringify({ ...note, pid: stranger.pid, startedAt: '2020-01-01T00:00:00.000Z' }),
    );
    const { code, err } = await machine.candela(['stop']);
    const { exitCode, signalCode } = stranger;
    const gone = once(stranger, 'exit');
    stranger.kill();
    await gone;
    await writeFile(discoveryFile(), JSON.stringify(note));
    assert.deepEqual([code, exitCode, signalCode], [1, null, null]);
    assert.match(err, /is not the Candela that left its note/);
  });

  it('end none that keeps its files in another home', async () => {
    await machine.candela(['start']);
    const elsewhere = join(machine.home, 'elsewhere');
    await mkdir(elsewhere);
    const { code, err } = await machine.candela(['stop'], { env: { CANDELA_HOME: elsewhere } });
    assert.equal(code, 1);
    assert.match(err, /CANDELA_HOME/);
    assert.equal((await machine.candela(['status'])).code, 0);
  });
});
