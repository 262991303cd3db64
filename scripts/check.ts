import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Everything that can be said of the code without running it; stops nowhere, so that one run shows all of it. */

const root = fileURLToPath(new URL('..', import.meta.url));

const CHECKS: readonly (readonly [what: string, command: string, ...args: string[]])[] = [
  ['generated code in step', 'node', 'proto/scripts/generate.ts', '--check'],
  ['contract: lint', 'buf', 'lint', 'proto'],
  ['contract: format', 'buf', 'format', '--diff', '--exit-code', 'proto'],
  ['types', 'tsc', '-p', '.'],
  ['types: editor client in a browser', 'tsc', '-p', 'core/src/client'],
  ['types: management page', 'tsc', '-p', 'core/src/local/management-page/browser'],
  ['types: VS Code extension', 'tsc', '-p', 'vscode-extension'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['unused code', 'knip'],
];

const failed: string[] = [];
for (const [what, command, ...args] of CHECKS) {
  process.stdout.write(`\n▸ ${what}\n`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed.push(what);
}
process.stdout.write(`\n${CHECKS.length - failed.length} checks passed, ${failed.length} failed\n`);
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.join('; ')}\n`);
  process.exitCode = 1;
}
