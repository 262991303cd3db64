import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findJavaTools } from './java-tools.ts';

/**
 * Builds the plugin without Gradle and without an IDE: compiles it against the stubs, and makes the zip that an IDE
 * installs from disk. `node scripts/build-plugin.ts --out <folder>`; says in one line of JSON what is where. Ends with
 * 3 if this machine lacks a JDK or Gson, and says so on standard error.
 */

const LACKS_TOOLS = 3;
/** Fixed, so that the same sources give the same zip; zip knows no earlier year. */
const ENTRY_DATE = '1980-01-01T00:00:02Z';

const root = dirname(import.meta.dirname);
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist', 'plugin') } } });
const at = (...parts: string[]) => join(root, ...parts);
const made = (...parts: string[]) => join(values.out, ...parts);

const tools = findJavaTools(process.env);
if ('missing' in tools) {
  process.stderr.write(`${tools.missing}\n`);
  process.exit(LACKS_TOOLS);
}
const { javac, java, jar, gsonJar } = tools;

for (const part of ['stubs', 'classes', 'candela']) rmSync(made(part), { recursive: true, force: true });
compile('plugin/stubs', 'stubs', []);
compile('plugin/src/main/java', 'classes', [made('stubs'), gsonJar]);
addResources();
makeJar();
addBridge();
run(jar, [
  ...['--create', '--no-manifest', '--date', ENTRY_DATE, '--file', made('candela.zip')],
  ...['-C', values.out, 'candela'],
]);

const classPath = [made('candela', 'lib', 'candela.jar'), made('stubs'), gsonJar];
process.stdout.write(
  `${JSON.stringify({ zip: made('candela.zip'), pluginFolder: made('candela'), javac, java, jar, classPath })}\n`,
);

function compile(sources: string, target: string, classPathOf: readonly string[]): void {
  const files = globSync(`${sources}/**/*.java`, { cwd: root }).toSorted();
  const options = ['--release', '17', '-encoding', 'UTF-8', '-Xlint:all', '-Werror'];
  run(javac, [
    ...options,
    ...(classPathOf.length > 0 ? ['-classpath', classPathOf.join(delimiter)] : []),
    ...['-d', made(target)],
    ...files.map((file) => at(file)),
  ]);
}

/** Gradle's plugin would write the version into `plugin.xml`, too. */
function addResources(): void {
  cpSync(at('plugin/src/main/resources'), made('classes'), { recursive: true });
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { readonly version: string };
  const path = made('classes', 'META-INF', 'plugin.xml');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('</name>', `</name>\n  <version>${version}</version>`));
}

function makeJar(): void {
  const file = made('candela', 'lib', 'candela.jar');
  mkdirSync(dirname(file), { recursive: true });
  run(jar, ['--create', '--no-manifest', '--date', ENTRY_DATE, '--file', file, '-C', made('classes'), '.']);
  const foreign = run(jar, ['--list', '--file', file])
    .split('\n')
    .filter((entry) => entry.endsWith('.class') && !entry.startsWith('dev/candela/jetbrains/'));
  if (foreign.length > 0)
    throw new Error(`the plugin holds classes that are not its own: ${foreign.join(', ')}`);
}

/** Beside the jar, because Node runs files; `.mjs`, because no `package.json` goes with them. */
function addBridge(): void {
  const bridge = 'candela-jetbrains-bridge.js';
  if (!existsSync(at('dist', bridge))) throw new Error('the bridge is not built: run "npm run build" first');
  mkdirSync(made('candela', 'bridge'), { recursive: true });
  cpSync(at('dist', bridge), made('candela', 'bridge', 'candela-jetbrains-bridge.mjs'));
  for (const name of [`${bridge}.LEGAL.txt`, 'candela.mjs', 'candela.mjs.LEGAL.txt']) {
    cpSync(at('dist', name), made('candela', 'bridge', name));
  }
  cpSync(at('..', 'LICENSE'), made('candela', 'LICENSE'));
}

/** @returns what the program said. */
function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  return stdout;
}
