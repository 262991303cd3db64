import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';

const root = path.dirname(import.meta.dirname);

describe('the package', () => {
  it('holds the extension, its daemon and what the law and the reader need, and nothing else', async () => {
    const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/candela.mjs',
      'dist/candela.mjs.LEGAL.txt',
      'dist/extension.js',
      'package.json',
    ];
    assert.deepEqual(files.toSorted(), expected);
  });

  it('is small enough to download without a thought', () => {
    const { size } = statSync(path.join(root, 'dist/candela.vsix'));
    assert.ok(size < 2_000_000, `${size} bytes`);
  });
});
