import { homedir } from 'node:os';
import { Argument, Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/cli-error.ts';
import { printJson } from '../cli/print-json.ts';

interface SetupCommandOptions {
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  readonly keymap?: boolean;
  readonly json?: boolean;
}

/** The names are `EDITOR_NAMES` of `setup`, which is loaded only when it is needed; a test compares them. */
const EDITORS = ['jetbrains', 'zed'] as const;

export function setupCommand(cli: Cli): Command {
  return new Command('setup')
    .description(
      'put Candela into the configuration of an editor; again changes nothing, --undo takes it out',
    )
    .addArgument(new Argument('<editor>', 'which one').choices(EDITORS))
    .option('--dry-run', 'show what would change, as a diff')
    .option('--undo', 'restore what was there before')
    .option('--keymap', 'bind keys, too (zed)')
    .option('--json', 'print JSON')
    .action(async (editor: (typeof EDITORS)[number], options: SetupCommandOptions) => {
      const { setupEditor, SetupError, setupText } = await import('../../setup/index.ts');
      if (options.undo && options.dryRun)
        throw new CliError('--undo and --dry-run do not go together', { exitCode: 2 });
      const mode = options.undo ? 'undo' : options.dryRun ? 'dryRun' : 'setup';
      const machine = {
        env: cli.env,
        platform: process.platform,
        homeFolder: homedir(),
        candela: { command: process.execPath, args: [cli.scriptPath] },
      };
      try {
        const report = await setupEditor(editor, machine, { mode, keymap: options.keymap ?? false });
        if (options.json) printJson(cli, report);
        else cli.stdout.write(setupText(report));
      } catch (cause) {
        if (cause instanceof SetupError) throw new CliError(cause.message, { cause });
        throw cause;
      }
    });
}
