import { create } from '@bufbuild/protobuf';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import {
  GetUsageSummaryResponseSchema,
  ModelUsageSchema,
  type DashboardService,
  type GetDashboardDataRequest,
  type GetUsageSummaryResponse,
  type ModelUsage,
  type TimeSeriesPoint,
} from '@candela/proto/v1/dashboard_service';
import type { Ledger } from '../budget/ledger.ts';
import type { Clock } from '../clock.ts';
import { usdFromNanoUsd } from '../money/index.ts';
import type {
  ModelTotals,
  SpanFilter,
  SpanReader,
  TimeWindow,
  UsageBucket,
  UsageTotals,
} from '../storage/span-store.ts';
import { budgetFields } from './budget-message.ts';
import { callerOf, visibleUserId } from './caller-context.ts';
import { labelFilter } from './label-filter.ts';
import { DAY_MS, windowOf } from './timestamps.ts';

export interface DashboardServiceDeps {
  readonly spans: SpanReader;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Sums for dashboards and editors; a developer gets those of their own calls. */
export function dashboardService(deps: DashboardServiceDeps): Partial<ServiceImpl<typeof DashboardService>> {
  const { spans, ledger, clock } = deps;
  return {
    async getDashboardData(request, context) {
      const window = windowOf(request.timeRange, clock.nowUnixMs(), DAY_MS);
      const filter = filterOf(request, window, context);
      const [totals, buckets, models] = await Promise.all([
        spans.usageTotals(filter),
        spans.usageOverTime(filter, bucketUsFor(window)),
        spans.modelTotals(filter),
      ]);
      return {
        summary: summaryMessage(totals, buckets),
        models: models.map(modelMessage),
        ...(request.includeBudget && {
          budgetContext: budgetFields(await ledger.budgetOf(callerOf(context).userId)),
        }),
      };
    },
  };
}

function filterOf(request: GetDashboardDataRequest, window: TimeWindow, context: HandlerContext): SpanFilter {
  const userId = visibleUserId(callerOf(context));
  return {
    window,
    ...(userId !== undefined && { userId }),
    ...(request.projectId !== '' && { projectId: request.projectId }),
    ...(request.environment !== '' && { environment: request.environment }),
    ...labelFilter(context),
  };
}

const MINUTE_US = 60_000_000;
const BUCKETS_US = [1, 5, 15, 60, 360, 1440].map((minutes) => minutes * MINUTE_US);

/** The finest round step that draws a curve of a hundred points at most; a week a point beyond all of them. */
function bucketUsFor(window: TimeWindow): number {
  const lengthUs = window.endUnixUs - window.startUnixUs;
  return BUCKETS_US.find((bucketUs) => lengthUs / bucketUs <= 100) ?? 7 * 1440 * MINUTE_US;
}

function summaryMessage(totals: UsageTotals, buckets: readonly UsageBucket[]): GetUsageSummaryResponse {
  const series = (value: (bucket: UsageBucket) => number): TimeSeriesPoint[] =>
    buckets.map((bucket) => ({
      $typeName: 'candela.v1.TimeSeriesPoint',
      timestamp: new Date(bucket.startUnixUs / 1000).toISOString(),
      value: value(bucket),
    }));
  return create(GetUsageSummaryResponseSchema, {
    totalTraces: BigInt(totals.traces),
    totalSpans: BigInt(totals.spans),
    totalLlmCalls: BigInt(totals.llmCalls),
    totalInputTokens: BigInt(totals.inputTokens),
    totalOutputTokens: BigInt(totals.outputTokens),
    totalCostUsd: usdFromNanoUsd(totals.costNanoUsd),
    avgLatencyMs: totals.avgLatencyMs,
    errorRate: totals.errorRate,
    totalCacheReadTokens: BigInt(totals.cacheReadTokens),
    totalCacheCreationTokens: BigInt(totals.cacheCreationTokens),
    tracesOverTime: series((bucket) => bucket.traces),
    costOverTime: series((bucket) => usdFromNanoUsd(bucket.costNanoUsd)),
    tokensOverTime: series((bucket) => bucket.inputTokens + bucket.outputTokens),
    cacheReadTokensOverTime: series((bucket) => bucket.cacheReadTokens),
    cacheCreationTokensOverTime: series((bucket) => bucket.cacheCreationTokens),
    inputTokensOverTime: series((bucket) => bucket.inputTokens),
    outputTokensOverTime: series((bucket) => bucket.outputTokens),
  });
}

function modelMessage(totals: ModelTotals): ModelUsage {
  return create(ModelUsageSchema, {
    model: totals.model,
    provider: totals.provider,
    callCount: BigInt(totals.calls),
    inputTokens: BigInt(totals.inputTokens),
    outputTokens: BigInt(totals.outputTokens),
    costUsd: usdFromNanoUsd(totals.costNanoUsd),
    avgLatencyMs: totals.avgLatencyMs,
    cacheReadTokens: BigInt(totals.cacheReadTokens),
    cacheCreationTokens: BigInt(totals.cacheCreationTokens),
  });
}
