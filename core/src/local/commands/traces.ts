import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { printJson } from '../cli/print-json.ts';
import { wholeNumber } from '../cli/whole-number.ts';

export function tracesCommand(cli: Cli): Command {
  return new Command('traces')
    .description('list the newest traces')
    .option('-n, --limit <count>', 'how many, 1 to 1000', wholeNumber({ min: 1, max: 1000 }), 20)
    .option('--json', 'print JSON')
    .action(async (options: { readonly limit: number; readonly json?: boolean }) => {
      const [{ askDaemon }, { listRecentTraces }, { printTable }, format] = await Promise.all([
        import('../cli/daemon-access.ts'),
        import('../../client/traces/recent-traces.ts'),
        import('../cli/print-table.ts'),
        import('../../client/figures/figure-format.ts'),
      ]);
      const traces = await askDaemon(cli, ({ api, signal }) => listRecentTraces(api, options.limit, signal));
      if (options.json) {
        return printJson(
          cli,
          traces.map((trace) => ({
            trace_id: trace.traceId,
            model: trace.model,
            provider: trace.provider,
            cost_usd: trace.costUsd,
            tokens: trace.tokens,
            started_at: new Date(trace.startedAtUnixMs).toISOString(),
            duration_ms: trace.durationMs,
            failed: trace.hasFailed,
          })),
        );
      }
      if (traces.length === 0) return void cli.stdout.write('no traces yet\n');
      printTable(
        cli,
        [
          { title: 'started' },
          { title: 'model' },
          { title: 'tokens', align: 'right' },
          { title: 'cost', align: 'right' },
          { title: 'took', align: 'right' },
          { title: 'state' },
          { title: 'trace' },
        ],
        traces.map((trace) => [
          format.formatDateAndTime(trace.startedAtUnixMs),
          trace.model === '' ? '(no model)' : trace.model,
          format.formatCount(trace.tokens),
          format.formatUsd(trace.costUsd),
          `${(trace.durationMs / 1000).toFixed(1)} s`,
          trace.hasFailed ? 'failed' : 'ok',
          trace.traceId,
        ]),
      );
    });
}
