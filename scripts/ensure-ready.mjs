// Runs before `npm start`, `npm test` and their like, on whatever Node ≥ 20 the machine has: installs what is
// missing and builds what is out of date, so that one command is enough. Plain JavaScript without dependencies,
// because on a fresh clone there is nothing else yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const installedMark = join(modules, '.candela-installed');
const onWindows = process.platform === 'win32';

/** What `npm ci` would install, as one line. */
function wantedInstall() {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'package-lock.json')));
  hash.update(`${process.platform} ${process.arch}`);
  return hash.digest('hex');
}

function isInstalled() {
  return existsSync(installedMark) && readFileSync(installedMark, 'utf8') === wantedInstall();
}

function run(command, args, what) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: onWindows,
    env: { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}` },
  });
  if (status === 0) return;
  process.stderr.write(
    `candela: ${what} failed${error ? `: ${error.message}` : ''}; the lines above say why\n`,
  );
  process.exit(status || 1);
}

if (!isInstalled()) {
  process.stderr.write('candela: installing what it needs (once; a minute or two) …\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
  mkdirSync(modules, { recursive: true });
  writeFileSync(installedMark, wantedInstall());
}
if (!process.argv.includes('--no-build')) run('node', [join('scripts', 'build.ts')], 'the build');
