import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { GateCost } from './gates.ts';
import type { MemoryMeasurement } from './memory.ts';
import type { ScenarioReport } from './report.ts';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));

const bench = (...args: string[]) => promisify(execFile)(process.execPath, [RUN, ...args]);

describe('npm run bench', () => {
  it('measures every scenario without a proxy, through a bare one, and through Candela', async () => {
    const { stdout } = await bench('--json', '--quick', '--rounds', '1', '--seconds', '0.2');
    const { scenarios, memory, gates } = JSON.parse(stdout) as {
      scenarios: readonly ScenarioReport[];
      memory: readonly MemoryMeasurement[];
      gates: readonly GateCost[];
    };
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
      ['json', 'json-alone', 'json-1mb', 'stream', 'stream-alone'].flatMap((scenario) => [
        [scenario, 'no proxy', true, false, false, false],
        [scenario, 'bare proxy', true, true, false, true],
        [scenario, 'candela', true, true, true, true],
      ]),
    );
    assert.deepEqual(
      memory.map(({ scenario, variant, atRest, atMost }) => [
        scenario,
        variant,
        atMost >= atRest && atRest > 0,
      ]),
      ['many-streams', 'slow-client'].flatMap((scenario) => [
        [scenario, 'bare proxy', true],
        [scenario, 'candela', true],
      ]),
    );
    assert.ok(gates.every(({ cpuUs }) => cpuUs > 0) && gates.length > 0, 'every gate costs something');
  });

  it('measures one part by itself', async () => {
    const { stdout } = await bench('--quick', '--only', 'gates');
    assert.match(stdout, /budget: reserve and release/);
    assert.doesNotMatch(stdout, /json-alone|slow-client/);
  });

  it('says what is wrong with its options', async () => {
    await assert.rejects(bench('--rounds', 'many'), { code: 2, stderr: /--rounds must be a number/ });
    await assert.rejects(bench('--only', 'all'), {
      code: 2,
      stderr: /--only must be one of load, memory, gates/,
    });
    await assert.rejects(bench('--fast'), { code: 2, stderr: /Unknown option '--fast'/ });
  });
});
