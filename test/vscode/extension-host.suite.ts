import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Mocha from 'mocha';
import { staysOnOneDay } from '../harness/one-day.ts';
import { EXTENSION_FOLDER, NO_AUTO_START, HOST_TESTS_PATH } from './extension-package.ts';
import { type MochaInHostResult, runMochaInHost } from './mocha-in-host.ts';
import { ARTIFACTS_FOLDER } from './evidence.ts';
import { type Rig, startRig } from './rig.ts';
import type { VscodeRuntime } from './workbench.ts';

/** Runs the extension's own Mocha suite inside the extension host, and repeats each of its results here by name. */
export function describeExtensionHost(runtime: VscodeRuntime): void {
  describe('inside the extension host', function () {
    this.timeout(900_000);
    staysOnOneDay();
    let rig: Rig | undefined;
    let result: MochaInHostResult | undefined;

    before(async function () {
      rig = await startRig({ budgetDailyUsd: 1 });
      result = await runMochaInHost({
        runtime,
        env: rig.env,
        settings: NO_AUTO_START,
        extensionPath: EXTENSION_FOLDER,
        testsPath: HOST_TESTS_PATH,
      });
      // Mocha reads the list of tests after this hook, so what is added now runs (and is counted) like any other.
      for (const { fullTitle, outcome, failure } of result.tests) {
        const repeat = () => {
          assert.notEqual(outcome, 'pending', 'the test is there but did not run');
          if (outcome === 'failed') throw new Error(failure);
        };
        this.test?.parent?.addTest(new Mocha.Test(fullTitle, repeat));
      }
    });

    after(async () => {
      await rig?.close();
    });

    afterEach(async function () {
      if (this.currentTest?.state !== 'failed') return;
      await mkdir(ARTIFACTS_FOLDER, { recursive: true });
      await writeFile(join(ARTIFACTS_FOLDER, 'extension-host.log'), result?.log ?? '');
    });

    it('ran at least one test, and the host agrees with the report', () => {
      assert.ok(result);
      assert.notEqual(result.tests.length, 0);
      const failed = result.tests.filter((test) => test.outcome === 'failed');
      assert.equal(result.exitCode, failed.length === 0 ? 0 : 1);
    });
  });
}
