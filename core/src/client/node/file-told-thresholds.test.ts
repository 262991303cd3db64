import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FileToldThresholds } from './file-told-thresholds.ts';

const run = promisify(execFile);

const MARK = { userId: 'ada@example.org/../x', periodKey: '2026-11-21', percent: 80 };

describe('FileToldThresholds', () => {
  let home: string;
  let told: FileToldThresholds;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'candela-told-'));
    told = new FileToldThresholds(home);
  });
  afterEach(() => rm(home, { recursive: true }));

  it('lets the first claim each mark, over restarts, whatever the user is called', async () => {
    assert.equal(await told.claim(MARK), true);
    const again = new FileToldThresholds(home);
    assert.equal(await again.claim(MARK), false);
    for (const other of [
      { ...MARK, percent: 90 },
      { ...MARK, userId: '' },
      { ...MARK, periodKey: '2026-11-22' },
    ]) {
      assert.equal(await again.claim(other), true);
    }
  });

  it('lets one of many processes claim it', async () => {
    const script = `
      import { FileToldThresholds } from './file-told-thresholds.ts';
      const told = new FileToldThresholds(${JSON.stringify(home)});
      const claims = Array.from({ length: 20 }, () => told.claim(${JSON.stringify(MARK)}));
      console.log((await Promise.all(claims)).filter(Boolean).length);`;
    const options = { cwd: import.meta.dirname };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => run(process.execPath, ['--input-type=module', '-e', script], options)),
    );
    assert.deepEqual(answers.map(({ stdout }) => stdout.trim()).toSorted(), ['0', '0', '0', '1']);
  });

  it('forgets all but the last seven days', async () => {
    for (let day = 10; day < 20; day += 1) await told.claim({ ...MARK, periodKey: `2026-11-${day}` });
    const days = await readdir(path.join(home, 'told'));
    assert.deepEqual(
      days.toSorted(),
      [13, 14, 15, 16, 17, 18, 19].map((day) => `2026-11-${day}`),
    );
  });

  it('says so when it cannot write, and takes no day that is none', async () => {
    await assert.rejects(told.claim({ ...MARK, periodKey: '../../etc' }), RangeError);
    const file = path.join(home, 'file');
    await writeFile(file, '');
    await assert.rejects(new FileToldThresholds(file).claim(MARK), { code: 'ENOTDIR' });
  });
});
