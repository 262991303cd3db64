import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The plugin as it is shipped, and what it takes to run it. */
export interface BuiltPlugin {
  /** To be removed by whoever built it. */
  readonly folder: string;
  readonly zip: string;
  /** The zip, unpacked. */
  readonly pluginFolder: string;
  readonly javac: string;
  readonly java: string;
  readonly jar: string;
  /** The packaged plugin, the stubs, Gson. */
  readonly classPath: readonly string[];
}

/** Builds the plugin in a folder of its own; says what is missing where this machine cannot. */
export function buildPlugin(): BuiltPlugin | { readonly missing: string } {
  const folder = mkdtempSync(join(tmpdir(), 'candela-plugin-'));
  const script = join(root, 'jetbrains-bridge', 'scripts', 'build-plugin.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--out', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) rmSync(folder, { recursive: true, force: true });
  if (status === 3) return { missing: stderr.trim() };
  if (status !== 0) throw new Error(`the plugin cannot be built: ${stderr}`);
  return { folder, ...(JSON.parse(stdout) as Omit<BuiltPlugin, 'folder'>) };
}

/** Compiles the IDE that is none against the packaged plugin. @returns the class path to run it with. */
export function compileTestIde(plugin: BuiltPlugin): string {
  const classes = join(plugin.folder, 'test-ide');
  const sources = globSync('test/jetbrains/java/**/*.java', { cwd: root }).map((file) => join(root, file));
  const options = ['--release', '17', '-encoding', 'UTF-8', '-Xlint:all', '-Werror', '-d', classes];
  const { status, stderr } = spawnSync(
    plugin.javac,
    [...options, '-classpath', plugin.classPath.join(delimiter), ...sources],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the test's own Java does not compile: ${stderr}`);
  return [classes, ...plugin.classPath].join(delimiter);
}
