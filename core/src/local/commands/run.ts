import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/cli-error.ts';

export function runCommand(cli: Cli): Command {
  return new Command('run')
    .description('run the gateway in this terminal, until Ctrl-C')
    .option('--demo', 'add the provider "demo", which needs no key and says what it is')
    .action(async (options: { readonly demo?: boolean }) => {
      const { runDaemon } = await import('../run-daemon.ts');
      const failure = await runDaemon(cli, { demo: options.demo ?? false });
      if (failure !== undefined) throw new CliError(failure);
    });
}
