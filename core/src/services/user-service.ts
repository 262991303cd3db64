import type { Timestamp } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { UserService } from '@candela/proto/v1/user_service';
import { nanoUsdFromUsd, usdFromNanoUsd, type NanoUsd } from '../money/index.ts';
import type { UserRecord } from '../storage/user-store.ts';
import { auditTrail } from './audit-trail.ts';
import { budgetFields, budgetMessage, grantMessage } from './budget-message.ts';
import { callerOf, requireAdmin } from './caller-context.ts';
import { invalidArgument, notFound } from './errors.ts';
import { unixMsOf } from './timestamps.ts';
import { userAdministration, type UserAdministrationDeps } from './user-administration.ts';
import { auditMessage, userMessage } from './user-message.ts';

export type UserServiceDeps = UserAdministrationDeps;

/** Self-service for everyone; users, budgets and grants for admins. */
export function userService(deps: UserServiceDeps): ServiceImpl<typeof UserService> {
  const { users, ledger, clock } = deps;
  const audit = auditTrail(users, clock);

  async function userNamed(idOrEmail: string): Promise<UserRecord> {
    const user = await users.find(idOrEmail);
    if (user === undefined) throw notFound('user_id: there is no such user');
    return user;
  }

  return {
    ...userAdministration(deps, amountOf),

    async getCurrentUser(_request, context) {
      const caller = callerOf(context);
      const user = await userNamed(caller.userId);
      return { user: userMessage(user), ...budgetFields(await ledger.budgetOf(user.id)) };
    },

    async getMyBudget(_request, context) {
      const view = await ledger.budgetOf(callerOf(context).userId);
      return {
        ...budgetFields(view),
        budgetRemainingUsd: usdFromNanoUsd(view.budgetRemaining),
        grantsRemainingUsd: usdFromNanoUsd(view.grantsRemaining),
        tokensUsedToday: BigInt(view.tokensUsed),
        periodKey: view.period.key,
        periodResetsAt: new Date(view.period.endUnixMs).toISOString(),
      };
    },

    async getUser(request, context) {
      requireAdmin(callerOf(context));
      const user = await userNamed(request.id);
      const { budget, activeGrants } = budgetFields(await ledger.budgetOf(user.id));
      return { user: userMessage(user), activeGrants, ...(budget && { budget }) };
    },

    async getBudget(request, context) {
      requireAdmin(callerOf(context));
      const budget = budgetMessage(await ledger.budgetOf((await userNamed(request.userId)).id));
      return { ...(budget && { budget }) };
    },

    async setBudget(request, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const limit = amountOf(request.limitUsd, 'limit_usd');
      const user = await userNamed(request.userId);
      await ledger.setBudget(user.id, limit);
      await audit(caller, user, 'set_budget', { limit_usd: request.limitUsd });
      const budget = budgetMessage(await ledger.budgetOf(user.id));
      return { ...(budget && { budget }) };
    },

    async resetSpend(request, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const user = await userNamed(request.userId);
      const forgotten = await ledger.resetSpend(user.id);
      await audit(caller, user, 'reset_spend', { spent_usd: usdFromNanoUsd(forgotten) });
      const budget = budgetMessage(await ledger.budgetOf(user.id));
      return { ...(budget && { budget }) };
    },

    async createGrant(request, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const amount = amountOf(request.amountUsd, 'amount_usd');
      const startsAtUnixMs = requiredMs(request.startsAt, 'starts_at');
      const expiresAtUnixMs = requiredMs(request.expiresAt, 'expires_at');
      if (expiresAtUnixMs <= startsAtUnixMs) throw invalidArgument('expires_at: must be after starts_at');
      const user = await userNamed(request.userId);
      const { reason } = request;
      const grant = await ledger.createGrant({
        ...{ userId: user.id, amount, reason, grantedBy: caller.email },
        ...{ startsAtUnixMs, expiresAtUnixMs },
      });
      await audit(caller, user, 'create_grant', {
        grant_id: grant.id,
        amount_usd: request.amountUsd,
        reason,
      });
      return { grant: grantMessage(grant) };
    },

    async listGrants(request, context) {
      requireAdmin(callerOf(context));
      const user = await userNamed(request.userId);
      const grants = await ledger.listGrants(user.id, request.activeOnly ? 'active' : 'all');
      return { grants: grants.map(grantMessage) };
    },

    async revokeGrant(request, context) {
      const caller = callerOf(context);
      requireAdmin(caller);
      const user = await userNamed(request.userId);
      const grant = await ledger.revokeGrant(user.id, request.grantId);
      if (grant === undefined) throw notFound('grant_id: this user has no such grant');
      await audit(caller, user, 'revoke_grant', {
        grant_id: grant.id,
        amount_usd: usdFromNanoUsd(grant.amount),
        spent_usd: usdFromNanoUsd(grant.spent),
      });
      return {};
    },

    async listAuditLog(request, context) {
      requireAdmin(callerOf(context));
      // The log outlives the user it speaks of.
      const userId =
        (await users.find(request.userId))?.id ?? (await users.formerId(request.userId)) ?? request.userId;
      const entries = await users.listAudit(userId, request.limit || DEFAULT_AUDIT_ENTRIES);
      return { entries: entries.map(auditMessage) };
    },
  };
}

/** `ListAuditLog` without a limit: contract section 7. */
const DEFAULT_AUDIT_ENTRIES = 50;

/** The most a budget or grant may be: what a `double` still holds to the nano-dollar. */
const MAX_AMOUNT_USD = 1_000_000;

function amountOf(usd: number, field: string): NanoUsd {
  if (!(usd <= MAX_AMOUNT_USD)) throw invalidArgument(`${field}: must be at most ${MAX_AMOUNT_USD} USD`);
  const amount = nanoUsdFromUsd(usd);
  if (amount <= 0n) throw invalidArgument(`${field}: must be more than a billionth of a dollar`);
  return amount;
}

function requiredMs(timestamp: Timestamp | undefined, field: string): number {
  if (timestamp === undefined) throw invalidArgument(`${field}: is required`);
  return unixMsOf(timestamp, field);
}
