import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { printJson } from '../cli/print-json.ts';

export function stopCommand(cli: Cli): Command {
  return new Command('stop')
    .description('end the gateway, after the calls under way')
    .option('--json', 'print JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const { stopDaemon } = await import('../cli/stop-daemon.ts');
      const stopped = await stopDaemon(cli);
      if (options.json) return printJson(cli, { stopped: stopped !== undefined, ...stopped });
      cli.stdout.write(
        stopped === undefined ? 'no Candela runs on this machine\n' : `Candela at ${stopped.url} has ended\n`,
      );
    });
}
