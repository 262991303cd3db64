import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import type { CostOptions } from '../cli/show-cost.ts';
import { wholeNumber } from '../cli/whole-number.ts';

export function costCommand(cli: Cli): Command {
  return new Command('cost')
    .description('show what a branch or a repository cost, by model')
    .option('-b, --branch [name]', "of this branch; without a name, of this folder's")
    .option('-r, --repository <name>', "of this repository; default: this folder's")
    .option(
      '-d, --days <count>',
      'of the last so many days, 1 to 3650',
      wholeNumber({ min: 1, max: 3650 }),
      30,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Counted are the calls that carry the labels of a branch: those of a terminal agent started with \`candela wrap\`,
of an editor with a Candela extension, and of any client that sends X-Candela-Labels.`,
    )
    .action(async (options: CostOptions) => {
      const { showCost } = await import('../cli/show-cost.ts');
      await showCost(cli, options);
    });
}
