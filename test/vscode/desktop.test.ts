import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { notRun } from '../harness/not-run.ts';
import { EXTENSION_FOLDER } from './extension-package.ts';
import { startRig, type Rig } from './rig.ts';

/** A desktop editor cannot be had from a package registry, so whoever has one says where. */
if (!process.env['VSCODE_EXECUTABLE']) {
  notRun(
    'vscode-desktop',
    'VSCODE_EXECUTABLE is not set: it names the binary of a desktop VS Code or Cursor',
  );
} else {
  describe('the extension in a desktop VS Code', function () {
    this.timeout(300_000);
    let rig: Rig;

    before(async () => {
      rig = await startRig({ budgetDailyUsd: 1 });
    });

    after(async () => {
      await rig?.close();
    });

    it('passes the tests inside its extension host', async () => {
      const child = spawn(process.execPath, [join(EXTENSION_FOLDER, 'scripts', 'test-electron.ts')], {
        env: { ...process.env, ...rig.env },
        stdio: 'inherit',
      });
      const [code] = (await once(child, 'close')) as [number | null];
      assert.equal(code, 0);
    });
  });
}
