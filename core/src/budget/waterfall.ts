import { asNanoUsd, ZERO_NANO_USD, type NanoUsd } from '../money/index.ts';

/** What is free to take from one grant. */
export interface GrantPot {
  readonly id: string;
  readonly free: NanoUsd;
}

/** What is free to take: the day's budget first, then the grants in the order given (earliest expiry first). */
export interface Pots {
  readonly budgetFree: NanoUsd;
  readonly grants: readonly GrantPot[];
}

/** Where an amount comes from. */
export interface Split {
  readonly budget: NanoUsd;
  readonly grants: readonly { readonly id: string; readonly amount: NanoUsd }[];
}

/** What no amount at all comes from. */
export const NOTHING: Split = { budget: ZERO_NANO_USD, grants: [] };

/** Holds `amount` against the pots; `undefined` if they do not have it all. */
export function splitIfCovered(amount: NanoUsd, pots: Pots): Split | undefined {
  const { split, uncovered } = pour(amount, pots);
  return uncovered > 0n ? undefined : split;
}

/**
 * Charges `amount`, which was spent whether or not the pots have it: what they lack goes to the day's
 * budget, where it shows as spend past the limit.
 */
export function splitCharge(amount: NanoUsd, pots: Pots): Split {
  const { split, uncovered } = pour(amount, pots);
  return { ...split, budget: asNanoUsd(split.budget + uncovered) };
}

/** What is free once `split` is taken; what was taken from a grant that is not among the pots does not count. */
export function potsAfter(pots: Pots, split: Split): Pots {
  const takenFrom = (id: string): bigint => split.grants.find((part) => part.id === id)?.amount ?? 0n;
  return {
    budgetFree: asNanoUsd(pots.budgetFree - split.budget),
    grants: pots.grants.map(({ id, free }) => ({ id, free: asNanoUsd(free - takenFrom(id)) })),
  };
}

export function totalFree(pots: Pots): NanoUsd {
  const inGrants = pots.grants.reduce((sum, grant) => sum + positive(grant.free), 0n);
  return asNanoUsd(positive(pots.budgetFree) + inGrants);
}

function pour(amount: NanoUsd, pots: Pots): { split: Split; uncovered: NanoUsd } {
  const budget = smaller(amount, positive(pots.budgetFree));
  let uncovered: bigint = amount - budget;
  const grants: { id: string; amount: NanoUsd }[] = [];
  for (const grant of pots.grants) {
    if (uncovered === 0n) break;
    const taken = smaller(asNanoUsd(uncovered), positive(grant.free));
    if (taken > 0n) grants.push({ id: grant.id, amount: taken });
    uncovered -= taken;
  }
  return { split: { budget, grants }, uncovered: asNanoUsd(uncovered) };
}

function positive(amount: NanoUsd): NanoUsd {
  return amount > 0n ? amount : ZERO_NANO_USD;
}

function smaller(a: NanoUsd, b: NanoUsd): NanoUsd {
  return a < b ? a : b;
}
