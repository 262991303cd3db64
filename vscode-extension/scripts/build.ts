import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/** Builds `dist/` (the extension, the daemon it brings along, the package) and `dist-test/` (its tests). */

const root = path.dirname(import.meta.dirname);
const at = (...parts: string[]) => path.join(root, ...parts);

/** Node 22 is what the oldest supported editor runs. */
const NODE: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'linked',
  logLevel: 'warning',
  // Its main file asks for its parts in a way that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

/**
 * Leaves the vocabulary of validation rules out of the editor's process: the daemon checks them, and no message has a
 * field of those types. It is a fourth of the code, and as much of the time to load it. A file that is there anyway
 * takes its place in the lists of imports.
 */
const WITHOUT_VALIDATION_RULES: Plugin = {
  name: 'without validation rules',
  setup(bundle) {
    const filter = /\bbuf\/validate\/validate_pb(\.js)?$|^@bufbuild\/protovalidate/;
    bundle.onResolve({ filter }, ({ path: id }) => ({ path: id, namespace: 'no-rules' }));
    bundle.onLoad({ filter: /.*/, namespace: 'no-rules' }, () => ({
      contents: `export { file_google_protobuf_timestamp as file_buf_validate_validate } from '@bufbuild/protobuf/wkt';`,
      resolveDir: root,
    }));
  },
};

/** CommonJS packages in the daemon's bundle call `require`, which an ES module has to bring along. */
const REQUIRE_BANNER = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

await Promise.all([
  build({
    ...NODE,
    entryPoints: [at('src/extension.ts')],
    outfile: at('dist/extension.js'),
    format: 'cjs',
    external: ['vscode'],
    plugins: [WITHOUT_VALIDATION_RULES],
  }),
  build({
    ...NODE,
    entryPoints: [at('../core/src/local/main.ts')],
    outfile: at('dist/candela.mjs'),
    format: 'esm',
    // What a daemon logs of an error should name functions as the sources do, and libraries ask classes for their names.
    keepNames: true,
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
await writeFile(at('dist-test/package.json'), '{ "type": "commonjs" }\n');

// The packager prints what it packs, which nobody has asked, and what it finds wrong, which ends the build.
const { log, info, warn } = console;
const warnings: string[] = [];
Object.assign(console, {
  log: () => {},
  info: () => {},
  warn: (...said: unknown[]) => warnings.push(said.join(' ')),
});
await createVSIX({
  cwd: root,
  packagePath: at('dist/candela.vsix'),
  dependencies: false,
  // The README's pictures are the repository's, one folder up.
  baseImagesUrl: 'https://github.com/candela-dev/candela/raw/HEAD/vscode-extension',
  baseContentUrl: 'https://github.com/candela-dev/candela/blob/HEAD/vscode-extension',
}).finally(() => Object.assign(console, { log, info, warn }));
if (warnings.length > 0) throw new Error(`the package is not as it should be: ${warnings.join('; ')}`);
