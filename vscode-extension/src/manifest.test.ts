import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMAND_IDS } from './command-ids.ts';
import { readSettings } from './settings.ts';

const root = path.dirname(import.meta.dirname);
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
  };
};
interface Property {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly scope?: string;
}
const { commands, configuration } = manifest.contributes;
const properties = Object.entries(configuration.properties);
const shortKey = (key: string) => key.replace(/^candela\./, '');

describe('the manifest and the code', () => {
  it('declare the same commands', () => {
    assert.deepEqual(commands.map(({ command }) => command).toSorted(), [...COMMAND_IDS].toSorted());
  });

  it('declare the same settings as are read', () => {
    const asked: string[] = [];
    readSettings({ get: (key) => void asked.push(`candela.${key}`) });
    assert.deepEqual(asked.toSorted(), properties.map(([key]) => key).toSorted());
  });

  it('agree on the defaults', () => {
    const defaults = new Map(properties.map(([key, property]) => [shortKey(key), property.default]));
    const withDefaults = readSettings({ get: (key) => defaults.get(key) });
    assert.deepEqual(withDefaults, readSettings({ get: () => undefined }));
  });

  it('describe each setting and name each in the README', () => {
    for (const [key, { markdownDescription }] of properties) {
      assert.match(markdownDescription, /\.$/, key);
      assert.ok(readme.includes(`\`${key}\``), key);
    }
  });

  it('let no workspace choose what is run or asked', () => {
    const guarded = properties.filter(([key]) => key.startsWith('candela.daemon.'));
    assert.equal(guarded.length, 3);
    for (const [key, { scope }] of guarded) assert.equal(scope, 'machine', key);
  });

  it('show every command under the name Candela', () => {
    for (const { category, title } of commands) assert.equal(category, 'Candela', title);
  });
});

describe('readSettings', () => {
  const read = (values: Readonly<Record<string, unknown>>) => readSettings({ get: (key) => values[key] });

  it('takes what is set', () => {
    const settings = read({
      'daemon.url': ' http://127.0.0.1:9 ',
      'daemon.autoStart': false,
      'daemon.nodePath': '/opt/node',
      pollIntervalSeconds: 1,
      warnAtPercent: 50,
      overAtPercent: 90,
      'statusBar.format': 'percent',
      'statusBar.visible': false,
    });
    assert.deepEqual(settings, {
      daemon: { url: 'http://127.0.0.1:9', autoStart: false, nodePath: '/opt/node' },
      pollIntervalMs: 1_000,
      status: { warnFraction: 0.5, overFraction: 0.9, format: 'percent' },
      isStatusBarVisible: false,
    });
  });

  it('takes nonsense for not set', () => {
    const nonsense = {
      pollIntervalSeconds: 0,
      warnAtPercent: '80',
      overAtPercent: -1,
      'statusBar.format': 'x',
    };
    for (const url of ['127.0.0.1:8181', 'file:///etc/passwd', 'http://', 7]) {
      assert.deepEqual(read({ ...nonsense, 'daemon.url': url }), read({}));
    }
  });
});
