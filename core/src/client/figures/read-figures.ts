import { Code, ConnectError } from '@connectrpc/connect';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import type { BudgetGrant } from '@candela/proto/types/user';
import type { GetDashboardDataResponse } from '@candela/proto/v1/dashboard_service';
import type { GetMyBudgetResponse } from '@candela/proto/v1/user_service';
import type { BudgetFigures, GrantFigures, TimedFigures, UsageFigures } from './budget-figures.ts';
import type { CandelaApi } from '../connection/candela-api.ts';
import { periodWindow } from './period-window.ts';

/** Usage is asked for again after this long even when nothing seems to have changed. */
const USAGE_MAX_AGE_MS = 60_000;

export interface ReadFiguresOptions {
  readonly signal: AbortSignal;
  readonly nowUnixMs: number;
  /** What was read before from the same daemon; spares asking for usage that cannot have changed. */
  readonly previous?: ReadFigures | undefined;
}

export interface ReadFigures extends TimedFigures {
  readonly usageReadAtUnixMs: number;
  /** Equal as long as no call was charged. */
  readonly fingerprint: string;
}

/**
 * Asks for the budget, and for the day's usage when the budget shows that a call was charged. Without a
 * budget the spend itself comes from the usage, because the budget's answer then has none.
 *
 * @throws ConnectError if the spend cannot be told. Usage that is merely missing is left out.
 */
export async function readFigures(api: CandelaApi, options: ReadFiguresOptions): Promise<ReadFigures> {
  const { signal, nowUnixMs, previous } = options;
  const answer = await api.users.getMyBudget({}, { signal });
  const fingerprint = fingerprintOf(api.baseUrl, answer);
  const isFresh =
    previous?.figures.usage !== undefined &&
    previous.fingerprint === fingerprint &&
    nowUnixMs - previous.usageReadAtUnixMs < USAGE_MAX_AGE_MS;
  const usage = isFresh ? previous.figures.usage : await readUsage(api, answer, signal);
  return {
    figures: toFigures(answer, usage),
    receivedAtUnixMs: nowUnixMs,
    usageReadAtUnixMs: isFresh ? previous.usageReadAtUnixMs : nowUnixMs,
    fingerprint,
  };
}

async function readUsage(
  api: CandelaApi,
  answer: GetMyBudgetResponse,
  signal: AbortSignal,
): Promise<UsageFigures | undefined> {
  const window = periodWindow(answer);
  // Without a range the answer would be the last 24 hours, which is not today.
  if (window === undefined) return undefined;
  const timeRange = { start: timestampFromMs(window.startUnixMs), end: timestampFromMs(window.endUnixMs) };
  try {
    return toUsage(await api.dashboard.getDashboardData({ timeRange }, { signal }));
  } catch (error) {
    if (signal.aborted || answer.budget === undefined) throw error;
    return undefined;
  }
}

function toFigures(answer: GetMyBudgetResponse, usage: UsageFigures | undefined): BudgetFigures {
  const { budget } = answer;
  const grants = answer.activeGrants.map(toGrant);
  const window = periodWindow(answer);
  const limits = budget !== undefined || grants.length > 0;
  return {
    ...(budget !== undefined && budget.userId !== '' && { userId: budget.userId }),
    ...(answer.periodKey !== '' && { periodKey: answer.periodKey }),
    ...(window && { startsAtUnixMs: window.startUnixMs, resetsAtUnixMs: window.endUnixMs }),
    spentUsd: amount(budget === undefined ? usage?.costUsd : budget.spentUsd),
    tokens: Number(answer.tokensUsedToday),
    ...(budget && {
      budget: { limitUsd: amount(budget.limitUsd), remainingUsd: amount(answer.budgetRemainingUsd) },
    }),
    grants,
    ...(limits && { totalRemainingUsd: amount(answer.totalRemainingUsd) }),
    ...(usage && { usage }),
  };
}

function toGrant(grant: BudgetGrant): GrantFigures {
  return {
    amountUsd: amount(grant.amountUsd),
    remainingUsd: Math.max(0, amount(grant.amountUsd) - amount(grant.spentUsd)),
    reason: grant.reason,
    ...(grant.expiresAt && { expiresAtUnixMs: timestampMs(grant.expiresAt) }),
  };
}

/** The day's usage as an editor shows it, models dearest first. */
export function toUsage({ summary, models }: GetDashboardDataResponse): UsageFigures {
  return {
    calls: Number(summary?.totalLlmCalls ?? 0n),
    costUsd: amount(summary?.totalCostUsd ?? 0),
    models: models
      .map((row) => ({
        model: row.model,
        provider: row.provider,
        calls: Number(row.callCount),
        inputTokens: Number(row.inputTokens),
        outputTokens: Number(row.outputTokens),
        costUsd: amount(row.costUsd),
      }))
      .toSorted((a, b) => b.costUsd - a.costUsd),
  };
}

/** @throws ConnectError for NaN, infinity and nothing at all: a figure that is not known must never read as 0. */
function amount(usd: number | undefined): number {
  if (usd !== undefined && Number.isFinite(usd)) return usd;
  throw new ConnectError('the answer does not say what was spent today', Code.DataLoss);
}

function fingerprintOf(baseUrl: string, answer: GetMyBudgetResponse): string {
  const { budget, periodKey, tokensUsedToday, totalRemainingUsd } = answer;
  return [baseUrl, periodKey, tokensUsedToday, budget?.spentUsd, totalRemainingUsd].join(' ');
}
