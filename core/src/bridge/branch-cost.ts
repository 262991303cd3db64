import { branchCostLine } from '../client/figures/branch-cost-line.ts';
import type { DaemonConnection } from '../client/connection/daemon-connection.ts';
import { BRANCH_LABEL, vcsLabels } from '../client/node/vcs-labels.ts';
import { readBranchCost } from '../client/figures/read-branch-cost.ts';
import { type ReportLine, branchSummary } from '../client/status/reports.ts';
import { messages } from './messages.ts';

export interface BranchCost {
  readonly branch: string;
  readonly costUsd: number;
  readonly calls: number;
  /** `main: $1.20`, or that no call is known. */
  readonly text: string;
  /** In all and by model, dearest first. */
  readonly lines: readonly ReportLine[];
}

/**
 * What the labelled calls of the branch that a folder is on have cost so far; undefined where there is no branch.
 *
 * @throws Error that says why the daemon could not tell
 */
export async function branchCostOf(
  connection: DaemonConnection,
  folder: string,
): Promise<BranchCost | undefined> {
  const labels = await vcsLabels(folder);
  const branch = labels[BRANCH_LABEL];
  if (branch === undefined) return undefined;
  const usage = await readBranchCost(connection, labels);
  const text = branchCostLine(branch, usage) ?? messages.noCallsOfBranch(branch);
  return { branch, costUsd: usage.costUsd, calls: usage.calls, text, lines: branchSummary(usage) };
}
