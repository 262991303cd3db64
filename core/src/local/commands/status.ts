import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

export function statusCommand(cli: Cli): Command {
  return new Command('status')
    .description('say whether the gateway runs, where, and what was spent today')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit code: 0 if it runs, 1 if it does not.')
    .action(async (options: { readonly json?: boolean }) => {
      const { showStatus } = await import('../cli/show-status.ts');
      await showStatus(cli, { json: options.json ?? false });
    });
}
