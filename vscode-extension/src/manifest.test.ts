import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMAND_IDS } from './command-ids.ts';
import { l10n, texts } from '@candela/core/client';
import { saidTexts } from '../scripts/said-texts.ts';
import { messages } from './messages.ts';
import { readSettings } from './settings.ts';

const root = path.dirname(import.meta.dirname);
const readText = (file: string) => readFileSync(path.join(root, file), 'utf8');
const readme = readText('README.md');
const manifestText = readText('package.json');
const titles = JSON.parse(readText('package.nls.json')) as Readonly<Record<string, string>>;
const sources = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
const code = sources.map((file) => readText(file)).join('\n');

interface MenuItem {
  readonly command: string;
}
interface Walkthrough {
  readonly id: string;
  readonly steps: readonly {
    readonly description: string;
    readonly media: { readonly markdown: string };
    readonly completionEvents: readonly string[];
  }[];
}
interface Property {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly scope?: string;
}
const manifest = JSON.parse(manifestText) as {
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly walkthroughs: readonly Walkthrough[];
    readonly languageModelChatProviders: readonly { readonly vendor: string }[];
    readonly mcpServerDefinitionProviders: readonly { readonly id: string }[];
  };
};
const { contributes } = manifest;
const { commands, configuration } = contributes;
const properties = Object.entries(configuration.properties);
const shortKey = (key: string) => key.replace(/^candela\./, '');
/** Ids in the manifest stand as constants in the code, which cannot be imported without an editor. */
const hasConstant = (id: string) =>
  new RegExp(`export const [A-Z_]+ = '${id.replaceAll('.', '\\.')}'`).test(code);

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
      assert.match(titles[markdownDescription.slice(1, -1)] ?? '', /\.$/, key);
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

  it('name the same views, providers and walkthroughs', () => {
    const views = Object.values(contributes.views).flat();
    const ids = [
      ...views.map(({ id }) => id),
      ...contributes.languageModelChatProviders.map(({ vendor }) => vendor),
      ...contributes.mcpServerDefinitionProviders.map(({ id }) => id),
      ...contributes.walkthroughs.map(({ id }) => id),
    ];
    assert.equal(ids.length, 4);
    for (const id of ids) assert.ok(hasConstant(id), id);
    for (const { view } of contributes.viewsWelcome) assert.ok(ids.includes(view), view);
  });

  it('offer nothing in menus, links and steps that is not there', () => {
    const links = [
      ...Object.values(titles)
        .join(' ')
        .matchAll(/\(command:([\w.]+)\)/g),
    ].map(([, id = '']) => id);
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    const awaited = steps.flatMap(({ completionEvents }) =>
      completionEvents.flatMap((event) => /^onCommand:(.*)$/.exec(event)?.[1] ?? []),
    );
    const offered = Object.values(contributes.menus).flat();
    const known = [...COMMAND_IDS, 'candela.recentCalls.focus'] as readonly string[];
    const named = [...links, ...awaited, ...offered.map(({ command }) => command)];
    assert.notEqual(named.length, 0);
    for (const id of named) assert.ok(known.includes(id), id);
    for (const { media } of steps) assert.ok(readText(media.markdown).startsWith('## '), media.markdown);
  });
});

describe('the texts', () => {
  it('of the manifest are all in package.nls.json, and all in use', () => {
    const used = [...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
    assert.deepEqual([...new Set(used)].toSorted(), Object.keys(titles).toSorted());
    for (const [key, text] of Object.entries(titles)) assert.notEqual(text.trim(), '', key);
  });

  it('of the code are all in the bundle for translators, and all in use', () => {
    const bundle = JSON.parse(readText('l10n/bundle.l10n.json')) as Readonly<Record<string, string>>;
    assert.deepEqual(Object.keys(bundle).toSorted(), [...saidTexts()].toSorted());
    for (const [key, english] of Object.entries(bundle)) assert.equal(english, key);
  });

  it('go through the translator, with what is missing in them filled in', () => {
    l10n.use((message) => message.toUpperCase());
    assert.equal(messages.good(), 'GOOD');
    assert.equal(texts.heading, 'CANDELA: SPEND TODAY');
    l10n.use();
    assert.equal(messages.daemonRuns('http://127.0.0.1:1'), 'Candela runs at http://127.0.0.1:1.');
    assert.equal(texts.spendOfBudget('$1.00', '$2.00'), '$1.00 / $2.00');
    assert.equal(texts.forecast('16:30'), 'At this pace your budget ends at 16:30.');
  });

  it('are all said somewhere', () => {
    const names = namesIn(messages);
    const elsewhere = sources
      .filter((file) => file !== path.join('src', 'messages.ts'))
      .map(readText)
      .join('\n');
    for (const name of names) assert.match(elsewhere, new RegExp(`\\b${name}\\b`), name);
  });
});

type Text = (...args: string[]) => string;
interface Texts {
  readonly [name: string]: Text | Texts;
}

function namesIn(all: object): readonly string[] {
  return Object.entries(all as Texts).flatMap(([name, text]) =>
    typeof text === 'function' ? [name] : namesIn(text),
  );
}
