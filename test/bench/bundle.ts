import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const BUILT = fileURLToPath(new URL('../../core/dist/candela.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('../../core/src/local/main.ts', import.meta.url));

/** The daemon as it is shipped: the built bundle if there is one, else one made of the sources in `folder`. */
export async function daemonBundle(folder: string): Promise<string> {
  if (existsSync(BUILT)) return BUILT;
  const outfile = join(folder, 'candela.mjs');
  await build({
    entryPoints: [SOURCE],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // CommonJS dependencies in an ES module call `require` for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
