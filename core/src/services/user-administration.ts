import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import type { UserService } from '@candela/proto/v1/user_service';
import { randomUUID } from 'node:crypto';
import type { Ledger } from '../budget/ledger.ts';
import type { Clock } from '../clock.ts';
import { usdFromNanoUsd, type NanoUsd } from '../money/index.ts';
import {
  EmailTakenError,
  LastAdminError,
  type UserChange,
  type UserRecord,
  type UserStore,
} from '../storage/user-store.ts';
import { auditTrail } from './audit-trail.ts';
import { budgetMessage } from './budget-message.ts';
import { callerOf, requireAdmin } from './caller-context.ts';
import { invalidArgument, notFound } from './errors.ts';
import { nextPageToken, pageOf } from './page-token.ts';
import { checkedDisplayName, userChangeOf } from './user-change.ts';
import { roleOf, statusOf, userMessage } from './user-message.ts';

export interface UserAdministrationDeps {
  readonly users: UserStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Of a new user for whom the admin names no budget; absent: none, and so no spend until one is set. */
  readonly defaultDailyBudget?: NanoUsd | undefined;
  /** Told whenever what is known of a user is out of date. */
  readonly onUserChanged?: ((userId: string) => void) | undefined;
}

type UserAdministration = Pick<
  ServiceImpl<typeof UserService>,
  'createUser' | 'listUsers' | 'updateUser' | 'deactivateUser' | 'reactivateUser' | 'deleteUser'
>;

/**
 * Who is a user, and what they may do: for admins.
 *
 * @param amountOf an amount of USD as money. @throws ConnectError `invalid_argument`, naming the field.
 */
export function userAdministration(
  deps: UserAdministrationDeps,
  amountOf: (usd: number, field: string) => NanoUsd,
): UserAdministration {
  const { users, ledger, clock } = deps;
  const audit = auditTrail(users, clock);

  async function userNamed(idOrEmail: string): Promise<UserRecord> {
    const user = await users.find(idOrEmail);
    if (user === undefined) throw notFound('id: there is no such user');
    return user;
  }

  async function changed(user: UserRecord, change: UserChange): Promise<UserRecord> {
    try {
      const after = await users.update(user.id, change);
      if (after === undefined) throw notFound('id: there is no such user any more');
      return after;
    } catch (cause) {
      if (!(cause instanceof LastAdminError)) throw cause;
      throw new ConnectError(cause.message, Code.FailedPrecondition, undefined, undefined, cause);
    } finally {
      deps.onUserChanged?.(user.id);
    }
  }

  return {
    async createUser(request, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      if (request.email.length > MAX_EMAIL_LENGTH) {
        throw invalidArgument(`email: must be at most ${MAX_EMAIL_LENGTH} characters`);
      }
      const displayName = checkedDisplayName(request.displayName);
      const budget =
        request.dailyBudgetUsd === 0
          ? deps.defaultDailyBudget
          : amountOf(request.dailyBudgetUsd, 'daily_budget_usd');
      const user = await added(users, {
        id: randomUUID(),
        email: request.email.toLowerCase(),
        displayName,
        role: roleOf(request.role) ?? 'developer',
        status: 'provisioned',
        createdAtUnixMs: clock.nowUnixMs(),
      });
      if (budget !== undefined) await ledger.setBudget(user.id, budget);
      await audit(caller, user, 'create_user', {
        ...{ email: user.email, role: user.role },
        ...(budget !== undefined && { daily_budget_usd: usdFromNanoUsd(budget) }),
      });
      const message = budgetMessage(await ledger.budgetOf(user.id));
      return { user: userMessage(user), ...(message && { budget: message }) };
    },

    async listUsers({ pagination, statusFilter }, context) {
      requireAdmin(callerOf(context));
      const status = statusOf(statusFilter);
      const question = `users ${status ?? ''}`;
      const page = pageOf(pagination, question);
      const found = await users.list(page, status);
      return {
        users: found.users.map(userMessage),
        pagination: {
          nextPageToken: nextPageToken(page, found.totalCount, question),
          totalCount: found.totalCount,
        },
      };
    },

    async updateUser(request, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const change = userChangeOf(request);
      const before = await userNamed(request.id);
      const after = await changed(before, change);
      await audit(caller, after, 'update_user', {
        ...(change.displayName !== undefined && { display_name: change.displayName }),
        ...(change.role !== undefined && { role: change.role, role_before: before.role }),
        ...(change.accessTags && {
          access_tags: change.accessTags,
          access_tags_before: before.accessTags ?? [],
        }),
        ...(change.rateLimit !== undefined && { rate_limit: change.rateLimit }),
      });
      return { user: userMessage(after) };
    },

    async deactivateUser({ id }, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const before = await userNamed(id);
      if (before.status === 'inactive') return {};
      const after = await changed(before, { status: 'inactive' });
      await audit(caller, after, 'deactivate_user', { email: after.email });
      return {};
    },

    async reactivateUser({ id }, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const before = await userNamed(id);
      if (before.status !== 'inactive') return { user: userMessage(before) };
      const after = await changed(before, { status: 'active' });
      await audit(caller, after, 'reactivate_user', { email: after.email });
      return { user: userMessage(after) };
    },

    async deleteUser({ id, confirmEmail }, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const user = await userNamed(id);
      if (confirmEmail.toLowerCase() !== user.email) {
        throw invalidArgument('confirm_email: is not the email of this user');
      }
      const deleted = await users.delete(user.id);
      if (deleted === undefined) {
        throw new ConnectError(
          'only an inactive user can be deleted: deactivate them first',
          Code.FailedPrecondition,
        );
      }
      deps.onUserChanged?.(user.id);
      await audit(caller, user, 'delete_user', { email: user.email, display_name: user.displayName });
      return {};
    },
  };
}

/** So that the email can stand for the user in every request. */
const MAX_EMAIL_LENGTH = 128;

/** @throws ConnectError `already_exists` */
async function added(users: UserStore, user: UserRecord): Promise<UserRecord> {
  try {
    return await users.ensure(user);
  } catch (cause) {
    if (!(cause instanceof EmailTakenError)) throw cause;
    const message = 'email: there is a user with this email already';
    throw new ConnectError(message, Code.AlreadyExists, undefined, undefined, cause);
  }
}
