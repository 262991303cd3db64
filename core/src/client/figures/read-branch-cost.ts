import type { UsageFigures } from './budget-figures.ts';
import { describeCallFailure } from '../connection/call-failure.ts';
import { costOfBranch } from './cost-of-branch.ts';
import type { DaemonConnection } from '../connection/daemon-connection.ts';
import type { CallLabels } from '../connection/labels-header.ts';

/** Branches live longer than a day; calls from before are of no branch one works in now. */
const LOOK_BACK_MS = 365 * 24 * 60 * 60 * 1000;
const READ_TIMEOUT_MS = 5_000;

/**
 * What a branch has cost so far; see `costOfBranch`.
 *
 * @throws Error that says, for people, why the daemon gave no answer; RangeError without labels
 */
export async function readBranchCost(
  connection: DaemonConnection,
  labels: CallLabels,
): Promise<UsageFigures> {
  const now = Date.now();
  const range = { startUnixMs: now - LOOK_BACK_MS, endUnixMs: now + READ_TIMEOUT_MS };
  const api = await connection.api();
  try {
    return await costOfBranch(api, labels, range, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new Error(describeCallFailure(cause, api.baseUrl, READ_TIMEOUT_MS).reason, { cause });
  }
}
