import { copyFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build, type BuildOptions } from 'esbuild';

/** Builds `dist/` (the extension, the daemon it brings along, the package) and `dist-test/` (its tests). */

const root = path.dirname(import.meta.dirname);
const at = (...parts: string[]) => path.join(root, ...parts);

/** Node 22 is what the oldest supported editor runs. */
const NODE: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'linked',
  logLevel: 'warning',
};

/** CommonJS packages in the daemon's bundle call `require`, which an ES module has to bring along. */
const REQUIRE_BANNER = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

for (const folder of ['dist', 'dist-test']) await rm(at(folder), { recursive: true, force: true });
await Promise.all([
  build({
    ...NODE,
    entryPoints: [at('src/extension.ts')],
    outfile: at('dist/extension.js'),
    format: 'cjs',
    external: ['vscode'],
  }),
  build({
    ...NODE,
    entryPoints: [at('../core/src/local/main.ts')],
    outfile: at('dist/candela.mjs'),
    format: 'esm',
    banner: { js: REQUIRE_BANNER },
  }),
  build({
    ...NODE,
    entryPoints: [at('test/suite/index.ts')],
    outfile: at('dist-test/index.js'),
    format: 'cjs',
    external: ['vscode', 'mocha'],
  }),
]);

// The package has the repository's licence; git has it once.
await copyFile(at('../LICENSE'), at('LICENSE'));
// The packager prints what it packs; nobody has asked.
const { log, info } = console;
Object.assign(console, { log: () => {}, info: () => {} });
await writeFile(at('dist-test/package.json'), '{ "type": "commonjs" }\n');
await createVSIX({
  cwd: root,
  packagePath: at('dist/candela.vsix'),
  dependencies: false,
  allowMissingRepository: true,
}).finally(() => Object.assign(console, { log, info }));
