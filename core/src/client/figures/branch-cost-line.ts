import type { UsageFigures } from './budget-figures.ts';
import { formatUsd } from './figure-format.ts';
import { texts } from '../texts.ts';

/** `main: $1.20`; plain text. Undefined for a branch without a call, about which there is nothing to say. */
export function branchCostLine(branch: string, { calls, costUsd }: UsageFigures): string | undefined {
  return calls === 0 ? undefined : texts.branchCost(branch, formatUsd(costUsd));
}
