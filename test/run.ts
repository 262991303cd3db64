import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NotRun } from './harness/not-run.ts';
import { STAGES, type Stage } from './stages.ts';

/**
 * `npm test`: every check and every test, on real parts, and at the end what this machine could not run and why.
 * `npm test -- units` runs the named stages only.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'candela-test-'));
const totalsFile = join(scratch, 'totals');
const notRunFile = join(scratch, 'not-run');

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no stage ${unknown.join(', ')}: there are ${STAGES.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const broken: string[] = [];
const times: string[] = [];
for (const stage of STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  process.stdout.write(`\n━━ ${stage.name} ━━\n`);
  const startedMs = performance.now();
  if (!runStage(stage)) broken.push(stage.name);
  times.push(`${stage.name} ${Math.round((performance.now() - startedMs) / 1000)} s`);
}

const totals = linesOf<{ passes: number; failures: number; pending: number }>(totalsFile);
const passed = totals.reduce((sum, { passes }) => sum + passes, 0);
const failed = totals.reduce((sum, { failures }) => sum + failures, 0);
const pending = totals.reduce((sum, one) => sum + one.pending, 0);
const notRun = linesOf<NotRun>(notRunFile);
rmSync(scratch, { recursive: true, force: true });

process.stdout.write(`\n━━ in all ━━\n${times.join(' · ')}\n`);
for (const { suite, reason } of notRun) process.stdout.write(`not run: ${suite}, because ${reason}\n`);
if (pending > 0) process.stdout.write(`${pending} tests are marked as pending, which nothing here may be\n`);
if (broken.length > 0) process.stdout.write(`failed stages: ${broken.join(', ')}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (broken.length > 0 || pending > 0 || passed + failed === 0) process.exitCode = 1;

function runStage(stage: Stage): boolean {
  const args =
    stage.specs === undefined
      ? [join('scripts', 'check.ts')]
      : [
          join('node_modules', 'mocha', 'bin', 'mocha.js'),
          ...['--reporter', join('test', 'harness', 'summary-reporter.cjs')],
          ...stage.specs,
        ];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      METADATA_SERVER_DETECTION: 'none',
      CANDELA_TOTALS_FILE: totalsFile,
      CANDELA_NOT_RUN_FILE: notRunFile,
    },
  });
  return status === 0;
}

function linesOf<Line>(path: string): Line[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
