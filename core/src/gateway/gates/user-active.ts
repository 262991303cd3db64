import type { UserRecord } from '../../storage/user-store.ts';
import { Refusal } from '../errors.ts';
import type { Accounts } from './accounts.ts';

/**
 * Gate 2: the caller has an account, and it is switched on.
 *
 * @throws Refusal `account_inactive`, or `governance_unavailable` if the users cannot be asked.
 */
export async function activeUser(accounts: Accounts, userId: string): Promise<UserRecord> {
  let user;
  try {
    user = await accounts.find(userId);
  } catch (cause) {
    throw new Refusal(
      'governance_unavailable',
      'your account cannot be checked right now: try again shortly',
      {
        cause,
      },
    );
  }
  if (user?.status === 'active') return user;
  throw new Refusal('account_inactive', 'your account is inactive — ask your admin to reactivate it');
}
