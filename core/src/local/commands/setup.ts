import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { Argument, Command } from 'commander';
import { EDITOR_NAMES, type EditorName } from '../../setup/editor-names.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/cli-error.ts';
import { printJson } from '../cli/print-json.ts';

interface SetupCommandOptions {
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  readonly keymap?: boolean;
  readonly json?: boolean;
}

export function setupCommand(cli: Cli): Command {
  return new Command('setup')
    .description(
      'put Candela into the configuration of an editor; again changes nothing, --undo takes it out',
    )
    .addArgument(new Argument('<editor>', 'which one').choices(EDITOR_NAMES))
    .option('--dry-run', 'show what would change, as a diff')
    .option('--undo', 'restore what was there before')
    .option('--keymap', 'bind keys, too (zed)')
    .option('--json', 'print JSON')
    .action(async (editor: EditorName, options: SetupCommandOptions) => {
      const { setupEditor, SetupError, setupText } = await import('../../setup/index.ts');
      if (options.undo && options.dryRun)
        throw new CliError('--undo and --dry-run do not go together', { exitCode: 2 });
      const mode = options.undo ? 'undo' : options.dryRun ? 'dryRun' : 'setup';
      // An editor is not started through `npx`, whose link may be gone by then.
      const machine = {
        env: cli.env,
        platform: process.platform,
        homeFolder: homedir(),
        candela: { command: process.execPath, args: [realpathSync(cli.scriptPath)] },
      };
      try {
        const report = await setupEditor(editor, machine, { mode, keymap: options.keymap ?? false });
        if (options.json) printJson(cli, report);
        else cli.stdout.write(setupText(report));
        if (report.files.some(({ outcome }) => outcome === 'left as it is')) cli.exitWith(1);
      } catch (cause) {
        if (cause instanceof SetupError) throw new CliError(cause.message, { cause });
        throw cause;
      }
    });
}
