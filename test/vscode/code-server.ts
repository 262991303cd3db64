import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { withLock } from '../harness/folder-lock.ts';
import { startProcessGroup } from '../harness/process-group.ts';
import { missingBuildTool, nodeHeaders } from './build-tools.ts';

/** Release of code-server the tests run in; it carries VS Code 1.139.1. */
export const CODE_SERVER_VERSION = '4.139.1';
/** The one Node line that release runs on. */
const NODE_MAJOR = '24';
const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Where the VS Code server is, or why it cannot be had on this machine. */
export type CodeServer =
  | { readonly available: true; readonly serverMain: string; readonly node: string }
  | { readonly available: false; readonly reason: string };

/** Where the tests keep what is too big for `node_modules`: `CANDELA_TEST_CACHE`, else `~/.cache/candela`. */
export function testCacheFolder(): string {
  return process.env['CANDELA_TEST_CACHE'] || join(homedir(), '.cache/candela');
}

/**
 * Finds code-server in the cache, or builds it there (617 MB, about two minutes, progress on stderr). What is missing
 * on the machine, and an installation that fails, are answered as a reason; nothing is thrown for absence.
 */
export async function obtainCodeServer(cacheFolder: string = testCacheFolder()): Promise<CodeServer> {
  const runningMajor = process.versions.node.split('.')[0];
  if (runningMajor !== NODE_MAJOR)
    return absent(`code-server ${CODE_SERVER_VERSION} needs Node ${NODE_MAJOR}, this is ${process.version}`);
  const folder = join(cacheFolder, `code-server-${CODE_SERVER_VERSION}`);
  if (works(folder)) return present(folder);
  const missing = missingBuildTool();
  if (missing) return absent(missing);
  const lock = `${folder}.lock`;
  if (existsSync(lock))
    report(`another test run seems to be installing code-server (${lock}); waiting for it`);
  try {
    return await withLock(lock, INSTALL_TIMEOUT_MS, () => installInto(folder));
  } catch (error) {
    return absent(`code-server ${CODE_SERVER_VERSION} could not be installed: ${(error as Error).message}`);
  }
}

/** Installs beside the final place and renames, so that an installation cut short leaves no half cache. */
async function installInto(folder: string): Promise<CodeServer> {
  if (works(folder)) return present(folder);
  await mkdir(dirname(folder), { recursive: true });
  await sweepPartial(folder);
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    const failure = await npmInstall(partial);
    if (failure) return absent(failure);
    if (!works(partial)) return absent(`code-server ${CODE_SERVER_VERSION} was installed but does not start`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return present(folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Removes what installations that were killed have left; the lock is held, so none of it is in use. */
async function sweepPartial(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder)))
    if (name.startsWith(`${basename(folder)}.partial-`))
      await rm(join(dirname(folder), name), { recursive: true, force: true });
}

/** Answers undefined, or the reason for which npm did not finish. */
async function npmInstall(folder: string): Promise<string | undefined> {
  const manifest = { private: true, allowScripts: { 'code-server': true, argon2: true } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  report(`installing code-server ${CODE_SERVER_VERSION} (VS Code for the tests) into ${dirname(folder)};`);
  report('this happens once and takes about two minutes');
  const startedAtMs = performance.now();
  const npm = startProcessGroup({
    command: 'npm',
    args: ['install', '--no-audit', '--no-fund', `code-server@${CODE_SERVER_VERSION}`],
    cwd: folder,
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      npm_config_nodedir: nodeHeaders(),
    },
  });
  const seconds = () => Math.round((performance.now() - startedAtMs) / 1_000);
  const progress = setInterval(() => report(`still installing, ${seconds()} s`), 15_000);
  const deadline = setTimeout(() => void npm.stop(), INSTALL_TIMEOUT_MS);
  try {
    const code = await npm.exited;
    if (code === 0) return undefined;
    return `npm could not install code-server ${CODE_SERVER_VERSION} (exit code ${code}): ${lastLines(npm.output())}`;
  } finally {
    clearInterval(progress);
    clearTimeout(deadline);
    await npm.stop();
  }
}

/** True when the server's entry is there and says which VS Code it is. */
function works(folder: string): boolean {
  const serverMain = serverMainOf(folder);
  if (!existsSync(serverMain)) return false;
  const probe = spawnSync(process.execPath, [serverMain, '--version'], { encoding: 'utf8', timeout: 60_000 });
  return probe.status === 0 && probe.stdout.startsWith('1.');
}

function serverMainOf(folder: string): string {
  return join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
}

function present(folder: string): CodeServer {
  return { available: true, serverMain: serverMainOf(folder), node: process.execPath };
}

function absent(reason: string): CodeServer {
  return { available: false, reason };
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' | ');
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
