import { Command } from 'commander';
import { VERSION } from '../../version.ts';
import type { Cli } from '../cli/cli.ts';
import { printJson } from '../cli/print-json.ts';

export function versionCommand(cli: Cli): Command {
  return new Command('version')
    .description('print the version')
    .option('--json', 'print JSON')
    .action((options: { readonly json?: boolean }) => {
      if (options.json) printJson(cli, { version: VERSION, node: process.versions.node });
      else cli.stdout.write(`${VERSION}\n`);
    });
}
