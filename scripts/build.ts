import { build, type BuildOptions } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds whatever is out of date: first what is generated (the contract's TypeScript, the price list), then the
 * programs. `npm run build -- --force` builds everything.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

interface Step {
  readonly name: string;
  /** Globs of what goes in. */
  readonly inputs: readonly string[];
  /** A step is out of date too if one of these is missing. */
  readonly outputs: readonly string[];
  readonly run: () => Promise<void> | void;
}

/** CommonJS packages that are bundled still call `require`, which an ES module has to bring along. */
const REQUIRE_BANNER = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/** Node 22 is what the oldest supported VS Code runs; the daemon in the extension has no other. */
const PROGRAM: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: 'linked',
  legalComments: 'linked',
  logLevel: 'warning',
  banner: { js: REQUIRE_BANNER },
  // Its main file asks for its parts in a way that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

const STEPS: readonly Step[] = [
  {
    name: 'contract',
    inputs: ['proto/candela/**/*.proto', 'proto/scripts/*.ts', 'proto/buf*.yaml', 'package-lock.json'],
    outputs: ['proto/gen/candela/v1/user_service_pb.js'],
    run: () => script('proto/scripts/generate.ts'),
  },
  {
    name: 'price list',
    inputs: ['core/scripts/*.ts', 'core/src/pricing/price-list-schema.ts', 'package-lock.json'],
    outputs: ['core/gen/price-list.json'],
    run: () => script('core/scripts/build-price-list.ts'),
  },
  {
    name: 'management page',
    inputs: [
      'core/scripts/build-management-page.ts',
      'core/src/local/management-page/browser/*',
      'core/src/{client,money}/*.ts',
      'package-lock.json',
    ],
    outputs: ['core/gen/management-page.json'],
    run: () => script('core/scripts/build-management-page.ts'),
  },
  {
    name: 'candela',
    inputs: ['core/src/**/*.ts', 'core/package.json', 'proto/candela/**/*.proto', 'package-lock.json'],
    outputs: ['core/dist/candela.js', 'core/dist/candela-daemon.js'],
    run: async () => {
      await bundle(DAEMON, 'core/dist/candela-daemon.js');
      await bundleSplit('core/src/local/main.ts', 'core/dist', 'candela');
    },
  },
  {
    name: 'candela-server',
    inputs: ['server/src/**/*.ts', 'core/src/**/*.ts', 'server/package.json', 'package-lock.json'],
    outputs: ['server/dist/candela-server.js'],
    // Its binary is found by the package itself, from where it is installed.
    run: () => bundle('server/src/app/main.ts', 'server/dist/candela-server.js', ['@duckdb/node-api']),
  },
  bridgeStep('jetbrains'),
  bridgeStep('zed'),
  {
    name: 'VS Code extension',
    inputs: [
      'vscode-extension/{src,scripts,test}/**/*.ts',
      'vscode-extension/{package.json,README.md,CHANGELOG.md,.vscodeignore}',
      'core/src/**/*.ts',
      'proto/candela/**/*.proto',
      'LICENSE',
      'package-lock.json',
    ],
    outputs: [
      'vscode-extension/dist/extension.js',
      'vscode-extension/dist/candela.vsix',
      'vscode-extension/dist-test/index.js',
    ],
    run: () => script('vscode-extension/scripts/build.ts'),
  },
];

/** A bridge is one file, and beside it the daemon that it starts where none answers. */
function bridgeStep(editor: 'jetbrains' | 'zed'): Step {
  const folder = `${editor}-bridge`;
  const outfile = `${folder}/dist/candela-${editor}-bridge.js`;
  return {
    name: `${editor} bridge`,
    inputs: [`${folder}/src/**/*.ts`, 'core/src/**/*.ts', 'proto/candela/**/*.proto', 'package-lock.json'],
    outputs: [outfile, `${folder}/dist/candela.mjs`],
    run: async () => {
      await bundle(`${folder}/src/main.ts`, outfile);
      await bundle('core/src/local/main.ts', `${folder}/dist/candela.mjs`);
    },
  };
}

async function bundle(entry: string, outfile: string, external: readonly string[] = []): Promise<void> {
  await build({
    ...PROGRAM,
    entryPoints: [join(root, entry)],
    outfile: join(root, outfile),
    external: [...external],
  });
}

/** What `candela run` loads. In one file, because it must not miss a piece when a build replaces it while it runs. */
const DAEMON = 'core/src/local/run-daemon.ts';

/**
 * One program in pieces: what is loaded by `import()` stays in files of its own, so that `candela version` does not
 * read the whole daemon first. Pieces that an earlier build left are removed.
 */
async function bundleSplit(entry: string, outdir: string, name: string): Promise<void> {
  const { metafile } = await build({
    ...PROGRAM,
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir,
    splitting: true,
    chunkNames: `${name}-[name]-[hash]`,
    metafile: true,
    plugins: [
      {
        name: 'the daemon is a file of its own',
        setup(pluginBuild) {
          pluginBuild.onResolve({ filter: /\/run-daemon\.ts$/ }, () => ({
            path: `./${name}-daemon.js`,
            external: true,
          }));
        },
      },
    ],
  });
  const isDaemon = (path: string): boolean => path.startsWith(`${outdir}/${name}-daemon.js`);
  const made = new Set(Object.keys(metafile.outputs));
  for (const path of globSync(`${outdir}/${name}{.,-}*`, { cwd: root })) {
    if (!made.has(path) && !isDaemon(path)) rmSync(join(root, path));
  }
}

function script(path: string): void {
  const { status } = spawnSync(process.execPath, [join(root, path)], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${path} failed`);
}

function fingerprint(step: Step): string {
  const hash = createHash('sha256');
  for (const path of globSync([...step.inputs], { cwd: root }).toSorted()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

const marksPath = join(root, 'node_modules', '.candela-built.json');
const isForced = process.argv.includes('--force');
const marks: Record<string, string> =
  !isForced && existsSync(marksPath)
    ? (JSON.parse(readFileSync(marksPath, 'utf8')) as Record<string, string>)
    : {};

for (const step of STEPS) {
  const print = fingerprint(step);
  if (marks[step.name] === print && step.outputs.every((path) => existsSync(join(root, path)))) continue;
  const startedMs = performance.now();
  process.stderr.write(`candela: building ${step.name} … `);
  await step.run();
  process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  marks[step.name] = print;
  rmSync(marksPath, { force: true });
  writeFileSync(marksPath, JSON.stringify(marks));
}
