import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';

/**
 * Runs the installed buf in the folder `proto/`, where it finds protoc-gen-es beside itself and this very Node before any other.
 *
 * @returns what it wrote to standard output.
 * @throws if it fails; what it wrote to standard error is shown to the caller of the script.
 */
export function runBuf(args: readonly string[], input: string | Uint8Array = ''): Buffer {
  const packageDir = dirname(createRequire(import.meta.url).resolve('@bufbuild/buf/package.json'));
  const binDir = resolve(packageDir, '../../.bin');
  const path = [dirname(process.execPath), binDir, process.env['PATH']].join(delimiter);
  return execFileSync(process.execPath, [join(packageDir, 'bin/buf'), ...args], {
    cwd: resolve(import.meta.dirname, '..'),
    env: { ...process.env, PATH: path },
    input,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
