import assert from 'node:assert/strict';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { parse, type ParseError } from 'jsonc-parser';
import { CANDELA } from './bridge-process.ts';
import { type Rig, startRig } from './rig.ts';
import { inNewHomes } from './setup-home.ts';

/** Today's Zed, with what people have in there. */
const ZED_SETTINGS = `// Zed settings
//
// For information on how to configure Zed, see the Zed
// documentation: https://zed.dev/docs/configuring-zed
{
  "ui_font_size": 16, // big
  /* the theme
     of the day */
  "theme": { "mode": "system", "light": "One Light", "dark": "One Dark", },
  "context_servers": {
    "files": { "command": "npx", "args": ["-y", "files"], "env": {} }, // mine
  },
  "language_models": {
    "openai": { "available_models": [], },
  },
  // nothing behind this
}
`;

/** A Zed of 2025, with the two forms of context servers it has known, tabs and the line ends of Windows. */
const OLD_ZED_SETTINGS =
  '{\r\n\t"context_servers": {\r\n\t\t"old": { "command": { "path": "x", "args": [] }, "settings": {} }\r\n\t}\r\n}';

const ZED_TASKS = `[
  // mine
  { "label": "build", "command": "make", "args": ["-j2"], },
]
`;

const ZED_KEYMAP = `[{ "context": "Workspace", "bindings": { "ctrl-alt-g": "git_panel::ToggleFocus", } }]`;

describe('candela setup zed', () => {
  const { at, put, text, run, report, outcomes, snapshot } = inNewHomes();

  const ZED = '.config/zed';
  const OLD_ZED = '.var/app/dev.zed.Zed/config/zed';
  beforeEach(async () => {
    await put(`${ZED}/settings.json`, ZED_SETTINGS);
    await put(`${ZED}/tasks.json`, ZED_TASKS);
    await put(`${ZED}/keymap.json`, ZED_KEYMAP);
    await put(`${OLD_ZED}/settings.json`, OLD_ZED_SETTINGS);
    await chmod(at(ZED, 'settings.json'), 0o600);
  });

  it('adds the provider, the context server, tasks and keys, and touches nothing else', async () => {
    const before = await snapshot();
    assert.deepEqual(outcomes(await report('zed', '--keymap')), {
      [`${ZED}/settings.json`]: 'changed',
      [`${ZED}/tasks.json`]: 'changed',
      [`${ZED}/keymap.json`]: 'changed',
      [`${OLD_ZED}/settings.json`]: 'changed',
      [`${OLD_ZED}/tasks.json`]: 'created',
      [`${OLD_ZED}/keymap.json`]: 'created',
    });
    const settings = await jsonc(at(ZED, 'settings.json'));
    const { context_servers: servers, language_models: models } = settings as Settings;
    assert.deepEqual(servers['files'], { command: 'npx', args: ['-y', 'files'], env: {} });
    assert.deepEqual(servers['candela'], { command: process.execPath, args: [CANDELA, 'mcp'], env: {} });
    assert.deepEqual((settings as { lsp: unknown }).lsp, {
      candela: {
        binary: { path: process.execPath, arguments: [CANDELA, 'bridge', '--client', 'zed'] },
      },
    });
    assert.equal(models.openai_compatible.candela.api_url, 'http://127.0.0.1:1/v1');
    const [model] = models.openai_compatible.candela.available_models;
    assert.deepEqual(Object.keys(model ?? {}), [
      'name',
      'display_name',
      'max_tokens',
      'max_output_tokens',
      'capabilities',
    ]);
    // Each line of before is there still, in order, and all that stands behind it in its line.
    const lines = (await text(`${ZED}/settings.json`)).split('\n');
    assert.deepEqual(
      ZED_SETTINGS.split('\n').filter((line) => !lines.includes(line)),
      [],
    );
    assert.equal((await stat(at(ZED, 'settings.json'))).mode & 0o777, 0o600);

    const old = await text(`${OLD_ZED}/settings.json`);
    assert.deepEqual((parse(old) as Settings).context_servers['candela'], {
      command: { path: process.execPath, args: [CANDELA, 'mcp'], env: {} },
      settings: {},
    });
    assert.equal(old.replaceAll('\r\n', '').includes('\n'), false);
    assert.match(old, /\r\n\t\t"candela": \{\r\n\t\t\t"command"/);

    const tasks = (await jsonc(at(ZED, 'tasks.json'))) as { label: string; args: string[] }[];
    assert.deepEqual(
      tasks.map(({ label }) => label),
      ['build', 'candela: mark last call good', 'candela: mark last call bad', 'candela: annotate…'],
    );
    assert.deepEqual(tasks[1]?.args, [CANDELA, 'annotate', '--last', '--outcome', 'good']);
    const keymap = (await jsonc(at(ZED, 'keymap.json'))) as { bindings: Record<string, unknown> }[];
    assert.deepEqual(Object.keys(keymap[1]?.bindings ?? {}), ['ctrl-alt-b', 'ctrl-alt-a']);

    const after = await snapshot();
    const again = await report('zed', '--keymap');
    assert.deepEqual(new Set(Object.values(outcomes(again))), new Set(['unchanged']));
    assert.deepEqual(await snapshot(), after);

    await report('zed', '--undo');
    assert.deepEqual(await snapshot(), before);
    assert.match((await run('zed', '--undo')).out, /nothing to undo/);
  });

  it('shows a diff and writes nothing with --dry-run', async () => {
    const before = await snapshot();
    const { out } = await run('zed', '--dry-run');
    assert.match(out, /^would be changed: .*settings\.json$/m);
    assert.match(out, /^\+ {6}"candela": \{$/m);
    assert.deepEqual(await snapshot(), before);
    assert.deepEqual(await readdir(at()), ['.config', '.var']);
  });

  it('takes out its own parts alone where the file was changed since, and says so', async () => {
    await report('zed');
    const path = `${ZED}/settings.json`;
    await writeFile(at(path), (await text(path)).replace('"ui_font_size": 16', '"ui_font_size": 20'));
    const undone = outcomes(await report('zed', '--undo'));
    assert.deepEqual([undone[path], undone[`${ZED}/tasks.json`]], ['our parts removed', 'restored']);
    const expected = parse(ZED_SETTINGS) as Record<string, unknown>;
    assert.deepEqual(await jsonc(at(path)), { ...expected, ui_font_size: 20 });
    assert.match(await text(path), /\/\/ big/);
  });

  it('does the same where the developer’s change lay between two setups', async () => {
    await report('zed');
    const path = `${ZED}/settings.json`;
    const edited = (await text(path)).replace('"ui_font_size": 16', '"ui_font_size": 20');
    await writeFile(at(path), edited.replace(/"api_url": "[^"]*"/, '"api_url": "http://127.0.0.1:9/v1"'));
    assert.equal(outcomes(await report('zed'))[path], 'changed');
    assert.equal(outcomes(await report('zed', '--undo'))[path], 'our parts removed');
    assert.deepEqual(await jsonc(at(path)), { ...(parse(ZED_SETTINGS) as object), ui_font_size: 20 });
  });

  for (const [name, content, message] of [
    [
      'tasks.json',
      '[\n  { "label": "build" "command": "make" }\n]\n',
      /tasks\.json:2:22 is not valid JSON \(CommaExpected\); nothing was changed/,
    ],
    ['tasks.json', '{}', /tasks\.json holds no JSON array; nothing was changed/],
    ['settings.json', Buffer.from([0x7b, 0xff, 0x7d]), /settings\.json is not UTF-8; nothing was changed/],
    ['settings.json', '{"context_servers": 1}', /context_servers is no object; nothing was changed/],
  ] as const) {
    it(`changes no file if ${name} is like ${JSON.stringify(String(content))}`, async () => {
      await writeFile(at(ZED, name), content);
      const before = await snapshot();
      const { code, err } = await run('zed');
      assert.equal(code, 1);
      assert.match(err, message);
      assert.deepEqual(await snapshot(), before);
    });
  }

  it('undoes the rest where a file does not parse any more, and that one once it does', async () => {
    const before = await snapshot();
    await report('zed');
    const path = at(ZED, 'settings.json');
    const changed = await readFile(path, 'utf8');
    await writeFile(path, `${changed}]`);
    const { code, out } = await run('zed', '--undo');
    assert.equal(code, 1);
    assert.match(out, /^left as it is: .*settings\.json\n.*settings\.json:\d+:1 is not valid JSON/m);
    assert.match(out, /^restored: .*tasks\.json$/m);
    await writeFile(path, changed);
    await report('zed', '--undo');
    assert.deepEqual(await snapshot(), before);
  });

  it('restores the bytes from before also where the developer had put them back in between', async () => {
    const before = await snapshot();
    await report('zed');
    await writeFile(at(ZED, 'settings.json'), ZED_SETTINGS);
    await report('zed');
    assert.equal(outcomes(await report('zed', '--undo'))[`${ZED}/settings.json`], 'restored');
    assert.deepEqual(await snapshot(), before);
  });

  it('keeps a symbolic link and a byte order mark', async () => {
    await mkdir(at('dotfiles'));
    await rename(at(ZED, 'settings.json'), at('dotfiles/zed.json'));
    await writeFile(at('dotfiles/zed.json'), `\uFEFF${ZED_SETTINGS}`);
    await symlink('../../dotfiles/zed.json', at(ZED, 'settings.json'));
    const before = await snapshot();
    await report('zed');
    assert.ok((await lstat(at(ZED, 'settings.json'))).isSymbolicLink());
    const changed = await text('dotfiles/zed.json');
    assert.ok(changed.startsWith('\uFEFF//') && changed.includes('"candela"'));
    await report('zed', '--undo');
    assert.deepEqual(await snapshot(), before);
  });

  it('leaves a read-only file as it is, and the others with it', async () => {
    await chmod(at(ZED, 'tasks.json'), 0o444);
    const before = await snapshot();
    const { code, err } = await run('zed');
    assert.equal(code, 1);
    assert.match(err, /tasks\.json is read-only: make it writable.*nothing was changed/);
    assert.deepEqual(await snapshot(), before);
  });

  it('works on an empty folder, and leaves it empty again', async () => {
    await rm(at('.var'), { recursive: true });
    for (const name of ['settings', 'tasks', 'keymap']) await rm(at(ZED, `${name}.json`));
    await report('zed', '--keymap');
    await jsonc(at(ZED, 'settings.json'));
    await report('zed', '--undo');
    assert.deepEqual(await readdir(at(ZED)), []);
  });

  it('says that there is no Zed', async () => {
    await rm(at('.config'), { recursive: true });
    await rm(at('.var'), { recursive: true });
    const { code, err } = await run('zed');
    assert.deepEqual(
      [code, err],
      [1, 'candela: no configuration of Zed was found: start Zed once, then run this again\n'],
    );
  });

  describe('with a daemon', () => {
    let rig: Rig;
    before(async () => {
      rig = await startRig(10);
    });
    after(() => rig.close());

    it('offers the models that it has, and a developer’s changes to them stay', async () => {
      await put(
        '.candela/daemon.json',
        await readFile(join(rig.env['CANDELA_HOME'] ?? '', 'daemon.json'), 'utf8'),
      );
      await report('zed');
      const path = `${ZED}/settings.json`;
      const provider = async () =>
        ((await jsonc(at(path))) as Settings).language_models.openai_compatible.candela;
      const { api_url: apiUrl, available_models: models } = await provider();
      assert.equal(apiUrl, `${rig.url}/v1`);
      const listed = (await (await fetch(`${rig.url}/v1/models`)).json()) as { data: { id: string }[] };
      const ids = new Set(listed.data.map(({ id }) => id));
      assert.ok(models.length > 3 && models.every(({ name }) => ids.has(String(name))));
      const renamed = (await text(path)).replace(/"display_name": "[^"]*"/, '"display_name": "My own"');
      await writeFile(at(path), renamed);
      await report('zed');
      assert.equal((await provider()).available_models[0]?.['display_name'], 'My own');
    });
  });
});

interface Settings {
  readonly context_servers: Readonly<Record<string, unknown>>;
  readonly language_models: {
    readonly openai_compatible: {
      readonly candela: {
        readonly api_url: string;
        readonly available_models: readonly Readonly<Record<string, unknown>>[];
      };
    };
  };
}

/** As Zed reads it: comments and trailing commas are fine, anything else is not. */
async function jsonc(path: string): Promise<unknown> {
  const errors: ParseError[] = [];
  const value: unknown = parse(await readFile(path, 'utf8'), errors, { allowTrailingComma: true });
  assert.deepEqual(errors, []);
  return value;
}
