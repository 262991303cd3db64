import { existsSync } from 'node:fs';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';

/**
 * Runs the tests of `test/suite` in the desktop editor that `VSCODE_EXECUTABLE` names, e.g. `/usr/share/code/code`.
 * `CANDELA_TEST_CONTEXT` says where the daemon is (see `test/suite/test-context.ts`). Exit codes: 0 passed,
 * 1 failed, 3 not run.
 */

const NOT_RUN = 3;
const root = path.dirname(import.meta.dirname);
const { VSCODE_EXECUTABLE: vscodeExecutablePath, CANDELA_TEST_CONTEXT: context } = process.env;

function reasonNotToRun(): string | undefined {
  if (!vscodeExecutablePath) return 'VSCODE_EXECUTABLE is not set; set it to the path of a desktop VS Code';
  if (!existsSync(vscodeExecutablePath))
    return `VSCODE_EXECUTABLE names ${vscodeExecutablePath}, which is not there`;
  if (!context) return 'CANDELA_TEST_CONTEXT is not set; it says where the daemon to test against is';
  return undefined;
}

const reason = reasonNotToRun();
if (reason !== undefined || !vscodeExecutablePath) {
  process.stderr.write(`not run, because ${reason}\n`);
  process.exitCode = NOT_RUN;
} else {
  process.exitCode = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'dist-test', 'index.js'),
    extensionTestsEnv: process.env,
    launchArgs: ['--disable-extensions', '--disable-workspace-trust', '--skip-welcome'],
  });
}
