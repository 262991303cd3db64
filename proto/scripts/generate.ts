/**
 * Makes `gen/` from `candela/`: JavaScript with declarations, by buf and protoc-gen-es, without a network.
 *
 * `buf/validate/validate.proto` is written from the descriptor inside @bufbuild/protovalidate, for the compiler only:
 * generated code refers to that package. Files are put in place one by one, each by a rename and only if it changed,
 * so that whoever imports `gen/` meanwhile never finds a file missing or half written.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { file_buf_validate_validate } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { runBuf } from './buf.ts';
import { printProto } from './print-proto.ts';

const protoDir = resolve(import.meta.dirname, '..');
const genDir = join(protoDir, 'gen');

mkdirSync(genDir, { recursive: true });
const stagingDir = mkdtempSync(join(genDir, '.staging-'));
try {
  writeFileSync(join(stagingDir, 'validate.proto'), printProto(file_buf_validate_validate));
  place(join(stagingDir, 'validate.proto'), join(genDir, 'deps/buf/validate/validate.proto'));

  runBuf(['generate', '--path', 'candela', '--output', stagingDir]);
  const files = filesBelow(join(stagingDir, 'candela'));
  const changed = files.filter((file) =>
    place(join(stagingDir, 'candela', file), join(genDir, 'candela', file)),
  );
  const stale = filesBelow(join(genDir, 'candela')).filter((file) => !files.includes(file));
  stale.forEach((file) => rmSync(join(genDir, 'candela', file), { force: true }));

  process.stdout.write(
    `proto: ${files.length} files in gen/, ${changed.length} changed, ${stale.length} removed\n`,
  );
  if (process.argv.includes('--check') && changed.length + stale.length > 0) {
    throw new Error('it was out of step, and is in step now');
  }
} catch (cause) {
  process.stderr.write(`proto: gen/ may be out of step with candela/: ${messageOf(cause)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(stagingDir, { recursive: true, force: true });
}

/** Moves a file to where it belongs. False if an equal one was there already. */
function place(from: string, to: string): boolean {
  mkdirSync(dirname(to), { recursive: true });
  if (readIfThere(to)?.equals(readFileSync(from))) return false;
  renameSync(from, to);
  return true;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function filesBelow(dir: string): string[] {
  mkdirSync(dir, { recursive: true });
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
