import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('notRun', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-not-run-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function runSuiteThatIsAbsent(required: string) {
    const spec = join(folder, 'absent.test.mjs');
    const linesFile = join(folder, `lines-${required}.jsonl`);
    writeFileSync(linesFile, '');
    writeFileSync(
      spec,
      `import { notRun } from ${JSON.stringify(join(import.meta.dirname, 'not-run.ts'))};
       notRun('vscode', 'no chromium');
       describe('what runs anyway', () => { it('passes', () => {}); });`,
    );
    const mocha = spawnSync('mocha', ['--no-config', '--reporter', 'json', spec], {
      encoding: 'utf8',
      env: { ...process.env, CANDELA_NOT_RUN_FILE: linesFile, CANDELA_REQUIRE: required },
    });
    const { stats } = JSON.parse(mocha.stdout) as { stats: Record<string, number> };
    return { status: mocha.status, stats, lines: readFileSync(linesFile, 'utf8') };
  }

  it('reports suite and reason as one JSON line, and adds no test', () => {
    const { status, stats, lines } = runSuiteThatIsAbsent('duckdb');
    assert.equal(status, 0);
    assert.deepEqual([stats['tests'], stats['passes'], stats['pending']], [1, 1, 0]);
    assert.equal(lines, '{"suite":"vscode","reason":"no chromium"}\n');
  });

  for (const required of ['vscode', 'duckdb, vscode', 'all']) {
    it(`is a failure when CANDELA_REQUIRE is "${required}"`, () => {
      const { status, stats, lines } = runSuiteThatIsAbsent(required);
      assert.equal(status, 1);
      assert.deepEqual([stats['tests'], stats['failures']], [2, 1]);
      assert.equal(lines, '');
    });
  }
});
