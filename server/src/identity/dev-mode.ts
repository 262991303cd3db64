import type { Caller, Engine } from '@candela/core/host';
import { nanoUsdFromUsd } from '@candela/core/money';

/** Who everybody is with `auth.dev_mode` (contract section 2). */
export const DEV_ADMIN: Caller = {
  userId: 'admin@localhost',
  email: 'admin@localhost',
  role: 'admin',
};

/**
 * Makes the user that every caller is. A budget that somebody has set stays: the default is for who has none.
 *
 * @param defaultDailyBudgetUsd `undefined`: no budget, and so no spend until an admin sets one.
 */
export async function provisionDevAdmin(
  { users, ledger }: Pick<Engine, 'users' | 'ledger'>,
  defaultDailyBudgetUsd: number | undefined,
): Promise<void> {
  const { userId, email, role } = DEV_ADMIN;
  await users.ensure({
    ...{ id: userId, email, role },
    displayName: 'Admin',
    status: 'active',
    createdAtUnixMs: Date.now(),
  });
  if (defaultDailyBudgetUsd === undefined) return;
  const { limit } = await ledger.budgetOf(userId);
  if (limit === undefined) await ledger.setBudget(userId, nanoUsdFromUsd(defaultDailyBudgetUsd));
}
