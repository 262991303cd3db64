import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
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
      'l10n/bundle.l10n.json',
      'media/candela.svg',
      'media/icon.png',
      ...['chat', 'connect', 'judge', 'start', 'watch'].map((step) => `media/walkthrough/${step}.md`),
      'package.json',
      'package.nls.json',
    ];
    assert.deepEqual(files.toSorted(), expected);
  });

  it('is small enough to download without a thought', () => {
    const { size } = statSync(path.join(root, 'dist/candela.vsix'));
    assert.ok(size < 2_000_000, `${size} bytes`);
  });

  it('loads little into the editor', () => {
    const { size } = statSync(path.join(root, 'dist/extension.js'));
    assert.ok(size < 400_000, `${size} bytes`);
  });

  it('names no address in the editor’s process but this machine’s', () => {
    const code = readFileSync(path.join(root, 'dist/extension.js'), 'utf8');
    const named = code.match(/\bhttps?:\/\/[\w.-]+/g) ?? [];
    assert.deepEqual([...new Set(named)], ['http://127.0.0.1']);
  });

  it('has an icon of 128 by 128 pixels', () => {
    // The head of a PNG: signature, then the chunk IHDR, which begins with width and height.
    const icon = readFileSync(path.join(root, 'media/icon.png'));
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [128, 128]);
  });
});
