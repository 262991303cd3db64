import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './folder-lock.ts';

describe('withLock', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-lock-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one in at a time, and goes when the work ends or fails', async () => {
    const path = join(folder, 'busy.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      throw new Error('the work failed');
    };
    const runs = await Promise.allSettled([1, 2, 3].map(() => withLock(path, 10_000, work)));
    assert.deepEqual(
      runs.map((run) => run.status === 'rejected' && String(run.reason)),
      Array(3).fill('Error: the work failed'),
    );
    assert.equal(most, 1);
    assert.equal(existsSync(path), false);
  });

  it('takes over a lock whose process is gone', async () => {
    const path = join(folder, 'stale.lock');
    const gone = spawnSync(process.execPath, ['--version']).pid;
    writeFileSync(path, String(gone));
    assert.equal(await withLock(path, 10_000, async () => 'done'), 'done');
  });

  it('gives up at its deadline while the owner lives', async () => {
    const path = join(folder, 'held.lock');
    writeFileSync(path, String(process.pid));
    await assert.rejects(
      withLock(path, 100, async () => 'never'),
      /still waiting for the lock/,
    );
  });
});
