import { build, type BuildOptions } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds whatever is out of date: first what is generated (the contract's TypeScript, the price list), then the
 * programs, each one file. `npm run build -- --force` builds everything.
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
    name: 'candela',
    inputs: ['core/src/**/*.ts', 'core/package.json', 'proto/candela/**/*.proto', 'package-lock.json'],
    outputs: ['core/dist/candela.js'],
    run: () => bundle('core/src/local/main.ts', 'core/dist/candela.js'),
  },
  {
    name: 'candela-server',
    inputs: ['server/src/**/*.ts', 'core/src/**/*.ts', 'server/package.json', 'package-lock.json'],
    outputs: ['server/dist/candela-server.js'],
    // Its binary is found by the package itself, from where it is installed.
    run: () => bundle('server/src/app/main.ts', 'server/dist/candela-server.js', ['@duckdb/node-api']),
  },
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

async function bundle(entry: string, outfile: string, external: readonly string[] = []): Promise<void> {
  await build({
    ...PROGRAM,
    entryPoints: [join(root, entry)],
    outfile: join(root, outfile),
    external: [...external],
  });
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
