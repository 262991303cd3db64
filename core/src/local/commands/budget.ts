import { Command } from 'commander';
import { budgetJson } from '../cli/budget-json.ts';
import type { Cli } from '../cli/cli.ts';
import { printJson } from '../cli/print-json.ts';

export function budgetCommand(cli: Cli): Command {
  return new Command('budget')
    .description("show today's spend, budget and grants")
    .option('--json', 'print JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const [{ askDaemon }, { readFigures }, { printFields }, { budgetReport }] = await Promise.all([
        import('../cli/daemon-access.ts'),
        import('../../client/figures/read-figures.ts'),
        import('../cli/print-table.ts'),
        import('../../client/status/reports.ts'),
      ]);
      const { figures } = await askDaemon(cli, ({ api, signal }) =>
        readFigures(api, { signal, nowUnixMs: Date.now() }),
      );
      if (options.json) return printJson(cli, budgetJson(figures));
      printFields(
        cli,
        budgetReport(figures).map(({ label, value, detail }) => [
          label,
          [value, detail].filter((text) => text !== '').join('  '),
        ]),
      );
    });
}
