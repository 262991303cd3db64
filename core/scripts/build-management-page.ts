/**
 * Writes `core/gen/management-page.json`: the page at `/_local/` as one document without anything from elsewhere, and
 * its style and script apart, so that the daemon can name their hashes in its content security policy.
 *
 * Usage: `node core/scripts/build-management-page.ts`
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const source = '../src/local/management-page/browser';
const target = at('../gen/management-page.json');

/** Browsers of the last two years, which know `light-dark()`. */
const BROWSERS = ['chrome123', 'firefox120', 'safari17.5'];

async function bundled(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [at(path)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: BROWSERS,
    logLevel: 'warning',
  });
  return outputFiles[0]?.text.trim() ?? '';
}

const [style, script, skeleton] = await Promise.all([
  bundled(`${source}/style.css`),
  bundled(`${source}/main.ts`),
  readFile(at(`${source}/page.html`), 'utf8'),
]);
// Nothing may stand beside them, or their hashes would not be those of what the browser sees.
// A replacement text in a function, because one with a dollar sign would mean something else.
const html = skeleton
  .replace(/\s*\/\*STYLE\*\/\s*/, () => style)
  .replace(/\s*\/\*SCRIPT\*\/\s*/, () => script);
await mkdir(dirname(target), { recursive: true });
await writeFile(target, JSON.stringify({ html, style, script }));
