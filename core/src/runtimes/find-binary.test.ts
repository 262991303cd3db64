import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findBinary } from './find-binary.ts';

describe('a program on PATH', () => {
  let folder: string;
  const put = (name: string, mode: number): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
    chmodSync(path, mode);
    return path;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-path-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the first that can be run', () => {
    put('a/ollama', 0o644);
    mkdirSync(join(folder, 'b', 'ollama'), { recursive: true });
    const third = put('c/ollama', 0o755);
    put('d/ollama', 0o755);
    const path = ['a', '', 'none', 'b', 'c', 'd'].map((name) => (name === '' ? '' : join(folder, name)));
    assert.equal(findBinary('ollama', { PATH: path.join(delimiter) }), third);
    assert.equal(findBinary('vllm', { PATH: path.join(delimiter) }), undefined);
    assert.equal(findBinary('ollama', {}), undefined);
  });

  it('has an ending on Windows', () => {
    const program = put('a/ollama.EXE', 0o755);
    const env = { Path: join(folder, 'a'), PATHEXT: '.COM;.EXE' };
    assert.equal(findBinary('ollama', env, 'win32'), program);
    assert.equal(findBinary('ollama', env, 'linux'), undefined);
  });
});
