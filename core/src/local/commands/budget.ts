import { Command } from 'commander';
import type { BudgetFigures } from '../../client/budget-figures.ts';
import type { Cli } from '../cli/cli.ts';
import { printJson } from '../cli/print-json.ts';

export function budgetCommand(cli: Cli): Command {
  return new Command('budget')
    .description("show today's spend, budget and grants")
    .option('--json', 'print JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const [{ askDaemon }, { readFigures }, { printFields }, { budgetReport }] = await Promise.all([
        import('../cli/daemon-access.ts'),
        import('../../client/read-figures.ts'),
        import('../cli/print-table.ts'),
        import('../../client/reports.ts'),
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

/** US dollars; absent means: nothing limits, or not known. */
export function budgetJson(figures: BudgetFigures): object {
  const { spentUsd, tokens, budget, grants, totalRemainingUsd, resetsAtUnixMs } = figures;
  return {
    spent_usd: spentUsd,
    tokens,
    ...(budget && { limit_usd: budget.limitUsd, budget_remaining_usd: budget.remainingUsd }),
    ...(totalRemainingUsd !== undefined && { total_remaining_usd: totalRemainingUsd }),
    grants: grants.map(({ amountUsd, remainingUsd, reason, expiresAtUnixMs }) => ({
      amount_usd: amountUsd,
      remaining_usd: remainingUsd,
      reason,
      ...(expiresAtUnixMs !== undefined && { expires_at: new Date(expiresAtUnixMs).toISOString() }),
    })),
    ...(resetsAtUnixMs !== undefined && { resets_at: new Date(resetsAtUnixMs).toISOString() }),
  };
}
