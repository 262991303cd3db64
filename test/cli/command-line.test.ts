import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { atTerminal, CANDELA, newMachine, type Machine } from './candela.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What stands under `Commands:` of a help text. */
function commandsIn(help: string): readonly string[] {
  const [, list = ''] = /^Commands:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);
}

/** What every command reads at its start: the command line's own files, which editors there are, the version, the parser. */
const ALLOWED =
  /^core\/(src\/local\/(cli|commands|main)|src\/setup\/editor-names|src\/version|package\.json)|\/commander\//;

describe('the command line', () => {
  let machine: Machine;
  before(async () => {
    machine = await newMachine();
  });
  after(() => machine.close());

  it('shows its commands where it is given none, and each has a help of its own', async () => {
    const { code, out, err } = await machine.candela([]);
    assert.deepEqual([code, err], [0, '']);
    const commands = commandsIn(out);
    for (const name of [
      ...['start', 'stop', 'status', 'run', 'wrap', 'budget', 'cost', 'traces', 'annotate', 'version'],
    ]) {
      assert.ok(commands.includes(name), name);
    }
    for (const name of commands.filter((one) => one !== 'help')) {
      const help = await machine.candela([name, '--help']);
      assert.deepEqual([help.code, help.err], [0, ''], name);
      assert.match(help.out, new RegExp(`^Usage: candela ${name}`));
    }
  });

  it('has every command that the documentation shows, and docs/command-line.md shows each', async () => {
    const commands = commandsIn((await machine.candela([])).out).filter((name) => name !== 'help');
    const shownIn = (file: string): readonly string[] =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?:`|npx )candela (\w+)/g)].map(
        ([, name = '']) => name,
      );
    const shown = shownIn('docs/command-line.md');
    assert.deepEqual(
      [...shown, ...shownIn('README.md')].filter((name) => !commands.includes(name)),
      [],
    );
    assert.deepEqual(
      commands.filter((name) => !shown.includes(name)),
      [],
    );
  });

  it('refuses what is no command, no option and no argument of one, and says where to look', async () => {
    for (const [args, says] of [
      [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
      [['version', 'x'], /too many arguments/],
      [['budget', '--jsn'], /unknown option '--jsn'/],
      [['completion', 'tcsh'], /bash, zsh, fish/],
      [['traces', '--limit'], /argument missing/],
    ] as const) {
      const { code, out, err } = await machine.candela(args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, /^candela: /);
      assert.match(err, says);
      assert.match(err, /^Try: candela( \w+)? --help$/m);
    }
  });

  it('reads nothing of the daemon for a command that needs none', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['core/src/local/main.ts'],
      ...{ bundle: true, splitting: true, write: false, metafile: true, outdir: 'unused' },
      ...{ format: 'esm', platform: 'node', logLevel: 'silent' },
    });
    const seen = new Set<string>();
    const visit = (name: string): void => {
      const output = metafile.outputs[name];
      if (output === undefined || seen.has(name)) return;
      seen.add(name);
      for (const { path, kind } of output.imports) if (kind === 'import-statement') visit(path);
    };
    visit('unused/main.js');
    const files = [...seen].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
    assert.ok(files.includes('core/src/local/commands/version.ts'));
    assert.deepEqual(
      files.filter((file) => !ALLOWED.test(file)),
      [],
    );
  });

  it('takes a reader that has seen enough for what it is', async () => {
    const { stdout, stderr } = await run('sh', [
      '-c',
      '"$0" "$1" --help | head -c 5',
      process.execPath,
      CANDELA,
    ]);
    assert.deepEqual([stdout, stderr], ['Usage', '']);
  });

  // A stack trace, for a disk that is full.
  it('says so when what it prints cannot be written', async () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" version > /dev/full', process.execPath, CANDELA],
      { encoding: 'utf8' },
    );
    assert.deepEqual([status, stderr], [1, 'candela: standard output cannot be written to (ENOSPC)\n']);
  });

  it('prints colour to a terminal, and none to one that says NO_COLOR', async () => {
    await machine.candela(['start']);
    assert.ok((await atTerminal(machine, ['budget'], [])).includes('\u001b[2mBudget'));
    const plain = await atTerminal(machine, ['budget'], [], { NO_COLOR: '1' });
    assert.match(plain, /^Budget +none set/m);
    assert.equal(plain.includes('\u001b'), false);
  });
});

describe('candela completion', () => {
  let machine: Machine;
  let folder: string;
  before(async () => {
    machine = await newMachine();
    folder = await mkdtemp(join(tmpdir(), 'candela-completion-'));
  });
  after(async () => {
    await machine.close();
    await rm(folder, { recursive: true });
  });

  const scriptOf = async (shell: string): Promise<string> => {
    const { code, out } = await machine.candela(['completion', shell]);
    assert.equal(code, 0);
    const file = join(folder, shell);
    await writeFile(file, out);
    return file;
  };

  it('makes a script that bash reads, and that offers commands, options and choices', async () => {
    const file = await scriptOf('bash');
    await run('bash', ['-n', file]);
    const offered = async (...words: string[]): Promise<readonly string[]> => {
      const asked = `source '${file}'; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _candela; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['-c', asked, 'bash', 'candela', ...words]);
      return stdout.split('\n').filter((word) => word !== '');
    };
    assert.deepEqual(await offered('sta'), ['start', 'status']);
    assert.deepEqual(await offered('annotate', '--la'), ['--last', '--label']);
    assert.deepEqual(await offered('annotate', 'some-trace', '--outc'), ['--outcome']);
    assert.deepEqual(await offered('completion', ''), ['bash', 'zsh', 'fish', '--help']);
    assert.deepEqual(await offered('wrap', '--', 'ls', ''), []);
    assert.deepEqual(await offered('--ver'), ['--version']);
    assert.deepEqual(await offered('annotate', '--outcome', ''), ['good', 'bad']);
    assert.deepEqual(await offered('auth', 'login', '--provider', 'a'), ['aws']);
    assert.deepEqual(await offered('traces', '-n', ''), []);
  });

  // Fish offered for `start` what only `runtime start` takes, and for `status` what only `auth status` does.
  it('makes a script for fish that offers each option where it is one, with its values', async () => {
    const { out } = await machine.candela(['completion', 'fish']);
    const linesWith = (flag: string): readonly string[] =>
      out.split('\n').flatMap((line) => (line.includes(` -l ${flag} `) ? [line.replace(/ -d .*/, '')] : []));
    assert.deepEqual(linesWith('model'), [
      "complete -c candela -n '__candela_at \\'runtime start\\'' -l model -s m -r -F",
    ]);
    assert.deepEqual(linesWith('outcome'), [
      "complete -c candela -n '__candela_at \\'annotate\\'' -l outcome -x -a 'good bad'",
    ]);
  });

  it('makes scripts for zsh and fish that name every command', async () => {
    const commands = commandsIn((await machine.candela([])).out);
    const { out: zsh } = await machine.candela(['completion', 'zsh']);
    const { out: fish } = await machine.candela(['completion', 'fish']);
    assert.match(zsh, /^#compdef candela\n/);
    for (const name of commands) {
      assert.ok(fish.includes(`-a '${name}'`), name);
    }
    for (const name of commands.filter((one) => one !== 'help')) {
      assert.ok(zsh.includes(`found='${name}'`), name);
      assert.ok(fish.includes(`\ncomplete -c candela -n '__candela_at \\'\\'' -a '${name}' `), name);
    }
  });
});
