import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  BudgetGrantSchema,
  BudgetPeriod,
  UserBudgetSchema,
  type BudgetGrant,
  type UserBudget,
} from '@candela/proto/types/user';
import type { BudgetView, Grant } from '../budget/ledger.ts';
import { usdFromNanoUsd } from '../money/index.ts';

/** `undefined` where no budget is set: spend is then only watched. */
export function budgetMessage(view: BudgetView): UserBudget | undefined {
  if (view.limit === undefined) return undefined;
  return create(UserBudgetSchema, {
    userId: view.userId,
    limitUsd: usdFromNanoUsd(view.limit),
    spentUsd: usdFromNanoUsd(view.spent),
    tokensUsed: BigInt(view.tokensUsed),
    periodType: BudgetPeriod.DAILY,
    periodKey: view.period.key,
    periodStart: timestampFromMs(view.period.startUnixMs),
    periodEnd: timestampFromMs(view.period.endUnixMs),
  });
}

export function grantMessage(grant: Grant): BudgetGrant {
  return create(BudgetGrantSchema, {
    id: grant.id,
    userId: grant.userId,
    amountUsd: usdFromNanoUsd(grant.amount),
    spentUsd: usdFromNanoUsd(grant.spent),
    reason: grant.reason,
    grantedBy: grant.grantedBy,
    startsAt: timestampFromMs(grant.startsAtUnixMs),
    expiresAt: timestampFromMs(grant.expiresAtUnixMs),
    createdAt: timestampFromMs(grant.createdAtUnixMs),
  });
}

/** The fields that several answers share: budget, active grants, and what is left of both. */
export function budgetFields(view: BudgetView): {
  budget?: UserBudget;
  activeGrants: BudgetGrant[];
  totalRemainingUsd: number;
} {
  const budget = budgetMessage(view);
  return {
    ...(budget && { budget }),
    activeGrants: view.activeGrants.map(grantMessage),
    totalRemainingUsd: usdFromNanoUsd(view.totalRemaining),
  };
}
