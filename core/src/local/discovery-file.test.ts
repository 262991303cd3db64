import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Discovery } from '../client/node/discovery-file.ts';
import { removeDiscovery, writeDiscovery } from './discovery-file.ts';

const NOTE: Discovery = {
  ...{ pid: 4242, port: 8181, url: 'http://127.0.0.1:8181', version: '1.2.3' },
  startedAt: '2026-07-31T12:00:00.000Z',
};

describe('discovery file', () => {
  let folder: string;
  let home: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-discovery-'));
    home = join(folder, 'made', 'on demand');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is there whole, for its owner alone, and nothing beside it', () => {
    writeDiscovery(home, NOTE);
    const path = join(home, 'daemon.json');
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), NOTE);
    assert.deepEqual([statSync(path).mode & 0o777, statSync(home).mode & 0o777], [0o600, 0o700]);
    assert.deepEqual(readdirSync(home), ['daemon.json']);
  });

  it('takes the place of an older one, whatever its rights', () => {
    writeDiscovery(home, NOTE);
    writeFileSync(join(home, 'daemon.json'), 'x', { mode: 0o644 });
    writeDiscovery(home, { ...NOTE, pid: 5 });
    assert.equal(statSync(join(home, 'daemon.json')).mode & 0o777, 0o600);
    assert.match(readFileSync(join(home, 'daemon.json'), 'utf8'), /"pid": 5/);
  });

  it('is taken away by the daemon it speaks of, and by no other', () => {
    writeDiscovery(home, NOTE);
    removeDiscovery(home, 1);
    assert.deepEqual(readdirSync(home), ['daemon.json']);
    removeDiscovery(home, NOTE.pid);
    removeDiscovery(home, NOTE.pid);
    assert.deepEqual(readdirSync(home), []);
  });

  it('is left alone where it is no note', () => {
    writeDiscovery(home, NOTE);
    writeFileSync(join(home, 'daemon.json'), 'not JSON');
    removeDiscovery(home, NOTE.pid);
    assert.equal(readFileSync(join(home, 'daemon.json'), 'utf8'), 'not JSON');
  });
});
