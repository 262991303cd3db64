import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ScenarioReport } from './report.ts';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));

const bench = (...args: string[]) => promisify(execFile)(process.execPath, [RUN, ...args]);

describe('npm run bench', function () {
  this.timeout(60_000);

  it('measures every scenario without a proxy, through a bare one, and through Candela', async () => {
    const { stdout } = await bench('--json', '--quick', '--rounds', '1', '--seconds', '0.2');
    const { scenarios } = JSON.parse(stdout) as { scenarios: readonly ScenarioReport[] };
    const figures = scenarios.flatMap(({ scenario, variants }) =>
      variants.map((one) => [
        scenario,
        one.variant,
        one.calls > 0,
        one.cpuUsPerCall !== undefined,
        one.cpuTimesBareProxy !== undefined,
        one.addedP50Ms !== undefined,
      ]),
    );
    assert.deepEqual(
      figures,
      ['json', 'json-alone', 'stream'].flatMap((scenario) => [
        [scenario, 'no proxy', true, false, false, false],
        [scenario, 'bare proxy', true, true, false, true],
        [scenario, 'candela', true, true, true, true],
      ]),
    );
  });

  it('says what is wrong with its options', async () => {
    await assert.rejects(bench('--rounds', 'many'), { code: 2, stderr: /--rounds must be a number/ });
    await assert.rejects(bench('--fast'), { code: 2, stderr: /Unknown option '--fast'/ });
  });
});
