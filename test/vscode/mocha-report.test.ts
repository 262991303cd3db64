import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMochaReport } from './mocha-report.ts';

describe('readMochaReport', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-mocha-report-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads what Mocha itself writes, a failed hook included', async () => {
    const spec = join(folder, 'sample.test.cjs');
    const output = join(folder, 'report.json');
    writeFileSync(
      spec,
      `describe('one', () => {
         it('passes', () => {});
         it('fails', () => { throw new Error('on purpose'); });
         it('is pending');
       });
       describe('two', () => {
         before(() => { throw new Error('no set-up'); });
         it('never starts', () => {});
       });`,
    );
    spawnSync('mocha', ['--no-config', '--reporter', 'json', '--reporter-option', `output=${output}`, spec]);
    const tests = await readMochaReport(output);
    assert.deepEqual(
      tests.map(({ fullTitle, outcome, failure }) => [fullTitle, outcome, failure.split('\n')[0]]),
      [
        ['one passes', 'passed', ''],
        ['one fails', 'failed', 'Error: on purpose'],
        ['one is pending', 'pending', ''],
        ['two "before all" hook for "never starts"', 'failed', 'Error: no set-up'],
      ],
    );
  });
});
