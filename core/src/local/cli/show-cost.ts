import { costOfBranch } from '../../client/figures/cost-of-branch.ts';
import type { UsageFigures } from '../../client/figures/budget-figures.ts';
import { formatCount, formatUsd } from '../../client/figures/figure-format.ts';
import type { CallLabels } from '../../client/connection/labels-header.ts';
import { BRANCH_LABEL, REPOSITORY_LABEL, vcsLabels } from '../../client/node/vcs-labels.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { askDaemon } from './daemon-access.ts';
import { printJson } from './print-json.ts';
import { printFields, printTable } from './print-table.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface CostOptions {
  /** True where `--branch` stands without a name. */
  readonly branch?: string | true;
  readonly repository?: string;
  readonly days: number;
  readonly json?: boolean;
}

/** @throws CliError where the folder cannot tell what was not given. */
export async function showCost(cli: Cli, options: CostOptions): Promise<void> {
  const labels = wantedLabels(await vcsLabels(cli.cwd), options);
  const endUnixMs = Date.now();
  const range = { startUnixMs: endUnixMs - options.days * DAY_MS, endUnixMs };
  const usage = await askDaemon(cli, ({ api, signal }) => costOfBranch(api, labels, range, { signal }));
  const { [REPOSITORY_LABEL]: repository, [BRANCH_LABEL]: branch } = labels;
  const [inputTokens, outputTokens] = tokensOf(usage);
  if (options.json) {
    printJson(cli, {
      ...(repository !== undefined && { repository }),
      ...(branch !== undefined && { branch }),
      ...{ days: options.days, calls: usage.calls },
      ...{ input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: usage.costUsd },
      models: usage.models.map((row) => ({
        ...{ model: row.model, provider: row.provider, calls: row.calls },
        ...{ input_tokens: row.inputTokens, output_tokens: row.outputTokens, cost_usd: row.costUsd },
      })),
    });
    return;
  }
  printFields(cli, [
    ...(repository === undefined ? [] : [['repository', repository] as const]),
    ...(branch === undefined ? [] : [['branch', branch] as const]),
    ['days', String(options.days)],
    ['calls', formatCount(usage.calls)],
    ['tokens', `${formatCount(inputTokens)} in, ${formatCount(outputTokens)} out`],
    ['cost', formatUsd(usage.costUsd)],
  ]);
  if (usage.models.length === 0) return;
  cli.stdout.write('\n');
  printTable(
    cli,
    [
      { title: 'model' },
      { title: 'provider' },
      { title: 'calls', align: 'right' },
      { title: 'in', align: 'right' },
      { title: 'out', align: 'right' },
      { title: 'cost', align: 'right' },
    ],
    usage.models.map((row) => [
      ...[row.model === '' ? '(no model)' : row.model, row.provider, formatCount(row.calls)],
      ...[formatCount(row.inputTokens), formatCount(row.outputTokens), formatUsd(row.costUsd)],
    ]),
  );
}

/** What was given, and for the rest what the folder says. */
function wantedLabels(ofFolder: CallLabels, options: CostOptions): CallLabels {
  const { [REPOSITORY_LABEL]: folderRepository, [BRANCH_LABEL]: folderBranch } = ofFolder;
  const repository = options.repository ?? folderRepository;
  const branch = options.branch === true ? folderBranch : options.branch;
  if (options.branch === true && branch === undefined) {
    throw new CliError(
      folderRepository === undefined
        ? 'this folder is in no git repository: go to one, or name the branch with --branch <name>'
        : 'no branch is checked out here: name one with --branch <name>',
    );
  }
  if (repository === undefined && branch === undefined) {
    throw new CliError(
      'this folder is in no git repository: go to one, or give --repository <name> or --branch <name>',
    );
  }
  return {
    ...(repository !== undefined && { [REPOSITORY_LABEL]: repository }),
    ...(branch !== undefined && { [BRANCH_LABEL]: branch }),
  };
}

function tokensOf({ models }: UsageFigures): readonly [input: number, output: number] {
  return [
    models.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    models.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  ];
}
