import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeDiscovery, writeDiscovery } from '../../local/discovery-file.ts';
import { candelaHome } from './candela-home.ts';
import { daemonLocator, DEFAULT_DAEMON_URL } from './daemon-locator.ts';
import { readDiscoveryFile } from './discovery-file.ts';

const record = {
  pid: process.pid,
  port: 18181,
  url: 'http://127.0.0.1:18181',
  version: '0.1.0',
  startedAt: '2026-11-21T12:00:00.000Z',
};

describe('the discovery file', () => {
  let home: string;
  beforeEach(async () => {
    home = path.join(await mkdtemp(path.join(tmpdir(), 'candela-home-')), 'home');
  });
  afterEach(() => rm(path.dirname(home), { recursive: true }));

  it('leads to the daemon that wrote it, and is for its owner only', async () => {
    assert.equal(await readDiscoveryFile(home), undefined);
    writeDiscovery(home, record);
    assert.deepEqual(await readDiscoveryFile(home), record);
    assert.equal((await stat(path.join(home, 'daemon.json'))).mode & 0o777, 0o600);
    assert.equal(await daemonLocator({ home })(), record.url);
  });

  it('is ignored when its process is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    writeDiscovery(home, { ...record, pid: child.pid ?? assert.fail('not started') });
    assert.equal(await readDiscoveryFile(home), undefined);
    assert.equal(await daemonLocator({ home })(), DEFAULT_DAEMON_URL);
  });

  for (const [what, content] of [
    ['half a file', '{"pid": 1'],
    ['another shape', '[]'],
    ['a group of processes', JSON.stringify({ ...record, pid: -1 })],
    ['another machine', JSON.stringify({ ...record, url: 'http://evil.example:8181' })],
    ['no address', JSON.stringify({ ...record, url: 'http://' })],
    ['another protocol', JSON.stringify({ ...record, url: 'file://127.0.0.1/x' })],
  ] as const) {
    it(`is ignored when it holds ${what}`, async () => {
      writeDiscovery(home, record);
      await writeFile(path.join(home, 'daemon.json'), content);
      assert.equal(await readDiscoveryFile(home), undefined);
    });
  }

  it('is removed by its own daemon only', async () => {
    writeDiscovery(home, record);
    removeDiscovery(home, record.pid + 1);
    assert.deepEqual(await readDiscoveryFile(home), record);
    removeDiscovery(home, record.pid);
    assert.equal(await readDiscoveryFile(home), undefined);
  });

  it('counts for less than what the user set', async () => {
    writeDiscovery(home, record);
    assert.equal(await daemonLocator({ home, configuredUrl: 'http://127.0.0.1:9/' })(), 'http://127.0.0.1:9');
  });
});

describe('candelaHome', () => {
  it('is what the environment says, else below the user’s home', () => {
    assert.equal(candelaHome({ CANDELA_HOME: '/x/y' }), '/x/y');
    assert.match(candelaHome({ CANDELA_HOME: '' }), /\.candela$/);
    assert.match(candelaHome({}), /\.candela$/);
  });
});
