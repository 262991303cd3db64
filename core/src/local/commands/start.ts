import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { printJson } from '../cli/print-json.ts';
import { printable } from '../cli/print-table.ts';
import { VERSION } from '../../version.ts';

interface StartOptions {
  readonly demo?: boolean;
  readonly json?: boolean;
}

export function startCommand(cli: Cli): Command {
  return new Command('start')
    .description('start the gateway in the background, unless it runs already')
    .option('--demo', 'add the provider "demo", which needs no key and says what it is')
    .option('--json', 'print JSON')
    .action(async (options: StartOptions) => {
      const { configOf, ensureDaemon } = await import('../cli/ensure-daemon.ts');
      const config = configOf(cli);
      const { url, hasStarted, version } = await ensureDaemon(cli, { demo: options.demo ?? false, config });
      if (version !== undefined && version !== VERSION) {
        cli.stderr.write(
          `candela: what runs is version ${printable(version)}, and this is ${VERSION}: \`candela stop\`, then \`candela start\`, changes to it\n`,
        );
      }
      if (options.json) return printJson(cli, { url, started: hasStarted });
      cli.stdout.write(`Candela ${hasStarted ? 'runs' : 'ran already'} at ${url}\n`);
    });
}
