import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuiltPlugin } from './plugin-build.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'jetbrains-bridge', 'plugin', 'src', 'main');
const read = (path: string) => readFileSync(join(main, path), 'utf8');
const STATES = ['ok', 'warn', 'over', 'offline', 'starting'];

/** The zip that an IDE installs, and whether what its parts say of each other is true. */
export function describePackage(plugin: BuiltPlugin): void {
  describe('the package', () => {
    const java = globSync('java/**/*.java', { cwd: main }).map((file) => ({ file, text: read(file) }));
    const descriptor = read('resources/META-INF/plugin.xml');
    const all = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, found = '']) => found);
    const entries = (file: string) => {
      const { stdout } = spawnSync(plugin.jar, ['--list', '--file', file], { encoding: 'utf8' });
      return stdout.split('\n').filter((entry) => entry !== '' && !entry.endsWith('/'));
    };
    const constant = (name: string) => {
      const pattern = new RegExp(`String ${name} = "([^"]+)"`, 'g');
      return java.flatMap(({ text }) => all(pattern, text));
    };

    it('holds one jar, the bridge with its daemon, and the licences', () => {
      assert.deepEqual(entries(plugin.zip).toSorted(), [
        'candela/LICENSE',
        'candela/bridge/candela-jetbrains-bridge.js.LEGAL.txt',
        'candela/bridge/candela-jetbrains-bridge.mjs',
        'candela/bridge/candela.mjs',
        'candela/bridge/candela.mjs.LEGAL.txt',
        'candela/lib/candela.jar',
      ]);
    });

    it('has in its jar the classes of the sources, the resources, and nothing of the stubs', () => {
      const jar = entries(join(plugin.pluginFolder, 'lib', 'candela.jar'));
      const outerClasses = jar.filter((entry) => entry.endsWith('.class') && !entry.includes('$'));
      const sources = java.map(({ file }) => file.replace(/^java\//, '').replace(/\.java$/, '.class'));
      assert.deepEqual(outerClasses.toSorted(), sources.toSorted());
      const classes = jar.filter((entry) => entry.endsWith('.class'));
      assert.deepEqual(
        classes.filter((entry) => !entry.startsWith('dev/candela/jetbrains/')),
        [],
      );
      const resources = globSync('**/*.*', { cwd: join(main, 'resources') });
      assert.deepEqual(jar.filter((entry) => !classes.includes(entry)).toSorted(), resources.toSorted());
    });

    it('carries the version of the bridge, and supports IDEs since 2024.2', () => {
      const jarPath = join(plugin.pluginFolder, 'lib', 'candela.jar');
      spawnSync(plugin.jar, ['--extract', '--file', jarPath, 'META-INF/plugin.xml'], { cwd: plugin.folder });
      const packed = readFileSync(join(plugin.folder, 'META-INF', 'plugin.xml'), 'utf8');
      const { version } = JSON.parse(readFileSync(join(root, 'jetbrains-bridge/package.json'), 'utf8')) as {
        readonly version: string;
      };
      assert.deepEqual(all(/<version>([^<]+)</g, packed), [version]);
      assert.deepEqual(all(/since-build="(\d+)"/g, descriptor), ['242']);
    });

    it('has the same ids in the descriptor and in Java', () => {
      assert.deepEqual(all(/<statusBarWidgetFactory id="([^"]+)"/g, descriptor), constant('ID'));
      assert.deepEqual(all(/<notificationGroup id="([^"]+)"/g, descriptor), constant('NOTIFICATION_GROUP'));
      assert.deepEqual(all(/<group id="([^"]+)"/g, descriptor), constant('ACTION_GROUP'));
      assert.deepEqual(all(/"(messages\.\w+)";/g, read('java/dev/candela/jetbrains/CandelaBundle.java')), [
        ...new Set(all(/<resource-bundle>([^<]+)</g, descriptor)),
      ]);
    });

    it('has a class for each one that the descriptor names, and an action for each class of one', () => {
      const named = all(/(?:class|implementation|instance)="([^"]+)"/g, descriptor);
      const known = new Set(
        java.map(({ file }) => file.slice('java/'.length, -'.java'.length).replaceAll('/', '.')),
      );
      assert.deepEqual(
        named.filter((name) => !known.has(name)),
        [],
      );
      const actions = globSync('java/**/actions/*Action.java', { cwd: main }).map((file) =>
        basename(file, '.java'),
      );
      const declared = all(/class="[\w.]+\.(\w+)"/g, descriptor);
      assert.deepEqual(declared.toSorted(), actions.filter((name) => name !== 'BridgeAction').toSorted());
    });

    it('has a message for each key that is used, and a use for each message', () => {
      const used = new Set([
        ...java.flatMap(({ text }) => all(/CandelaBundle\.message\(\s*"([\w.]*\w)"/g, text)),
        // Labels of fields on the settings page.
        ...java.flatMap(({ text }) => all(/addRow\(rows, "([\w.]+)"/g, text)),
        ...java.flatMap(({ text }) =>
          all(/CandelaBundle\.message\("([\w.]+\.)" \+ status\.severity\(\)/g, text).flatMap((prefix) =>
            STATES.map((state) => prefix + state),
          ),
        ),
        ...all(/key="([^"]+)"/g, descriptor),
        ...all(/<group id="([^"]+)"/g, descriptor).map((id) => `group.${id}.text`),
        ...all(/<action id="([^"]+)"/g, descriptor).flatMap((id) => [
          `action.${id}.text`,
          `action.${id}.description`,
        ]),
      ]);
      const declared = all(/^([\w.]+)=/gm, read('resources/messages/CandelaBundle.properties'));
      assert.deepEqual(declared.toSorted(), [...used].toSorted());
      assert.deepEqual(all(/^ {2}([A-Z]+)[,;]/gm, read('java/dev/candela/jetbrains/bridge/Severity.java')), [
        ...STATES.map((state) => state.toUpperCase()),
      ]);
    });

    it('has no apostrophe in its messages, which MessageFormat would swallow', () => {
      assert.doesNotMatch(read('resources/messages/CandelaBundle.properties').replaceAll(/^#.*$/gm, ''), /'/);
    });

    it('has each icon for light and for dark themes, in the sizes of a status bar and of a menu', () => {
      const icons = globSync('resources/{icons,META-INF}/*.svg', { cwd: main });
      const light = icons.filter((icon) => !icon.includes('_dark'));
      assert.deepEqual(
        light.map((icon) => icon.replace('.svg', '_dark.svg')).toSorted(),
        icons.filter((icon) => icon.includes('_dark')).toSorted(),
      );
      const sizes = icons.map(
        (icon) => `${basename(icon).replace(/_dark|\.svg/g, '')} ${all(/width="(\d+)"/g, read(icon))[0]}`,
      );
      assert.deepEqual([...new Set(sizes)].toSorted(), [
        'candela 16',
        'pluginIcon 40',
        'statusOffline 13',
        'statusOk 13',
        'statusOver 13',
        'statusWarn 13',
      ]);
    });
  });
}
