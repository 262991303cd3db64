import { toJsonString } from '@bufbuild/protobuf';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { SpanKind, SpanStatus } from '@candela/proto/types/trace';
import {
  ListTracesRequestSchema,
  SearchSpansRequestSchema,
  type ListTracesRequest,
  type SearchSpansRequest,
  type TraceService,
} from '@candela/proto/v1/trace_service';
import type { Clock } from '../clock.ts';
import type { SpanFilter, SpanReader, TraceOrder } from '../storage/span-store.ts';
import { callerOf, visibleUserId } from './caller-context.ts';
import { invalidArgument } from './errors.ts';
import { labelFilter } from './label-filter.ts';
import { nextPageToken, pageOf } from './page-token.ts';
import { SPAN_KINDS, SPAN_STATUSES, spanMessage, traceMessage, traceSummaryMessage } from './span-message.ts';
import { DAY_MS, windowOf } from './timestamps.ts';
import { visibleTrace } from './trace-access.ts';

export interface TraceServiceDeps {
  readonly spans: SpanReader;
  readonly clock: Clock;
}

const ORDERS: ReadonlySet<string> = new Set(['start_time', 'duration', 'total_cost', 'total_tokens']);

/** Traces and spans; a developer sees their own. */
export function traceService({ spans, clock }: TraceServiceDeps): ServiceImpl<typeof TraceService> {
  return {
    async getTrace(request, context) {
      return { trace: traceMessage(await visibleTrace(spans, request.traceId, callerOf(context))) };
    },

    async listTraces(request, context) {
      const narrowed = labelFilter(context);
      // Unlike a search, a list without a range goes back to the beginning.
      const window = request.timeRange && windowOf(request.timeRange, clock.nowUnixMs(), DAY_MS);
      const question = `ListTraces ${toJsonString(ListTracesRequestSchema, withoutPage(request))} ${JSON.stringify(narrowed)}`;
      const page = pageOf(request.pagination, question);
      const found = await spans.listTraces(
        {
          ...shared(request, context),
          ...narrowed,
          ...(window && { window }),
          ...given({ environment: request.environment, provider: request.provider, search: request.search }),
          ...(request.status !== SpanStatus.UNSPECIFIED && {
            status: nameOf('status', SPAN_STATUSES, request.status),
          }),
        },
        orderOf(request),
        request.orderBy === '' || request.descending,
        page,
      );
      return {
        traces: found.traces.map(traceSummaryMessage),
        pagination: {
          totalCount: found.totalCount,
          nextPageToken: nextPageToken(page, found.totalCount, question),
        },
      };
    },

    async searchSpans(request, context) {
      const window = windowOf(request.timeRange, clock.nowUnixMs(), 7 * DAY_MS);
      const question = `SearchSpans ${toJsonString(SearchSpansRequestSchema, withoutPage(request))}`;
      const page = pageOf(request.pagination, question);
      const found = await spans.searchSpans(
        {
          ...shared(request, context),
          window,
          ...given({ nameContains: request.nameContains }),
          ...(request.kind !== SpanKind.UNSPECIFIED && { kind: nameOf('kind', SPAN_KINDS, request.kind) }),
        },
        page,
      );
      return {
        spans: found.spans.map(spanMessage),
        pagination: {
          totalCount: found.totalCount,
          nextPageToken: nextPageToken(page, found.totalCount, question),
        },
      };
    },
  };
}

function shared(request: ListTracesRequest | SearchSpansRequest, context: HandlerContext): SpanFilter {
  const userId = visibleUserId(callerOf(context));
  return {
    ...(userId !== undefined && { userId }),
    ...given({
      projectId: request.projectId,
      model: request.model,
      tenantId: request.tenantId,
      jobId: request.jobId,
      traceGroup: request.traceGroup,
    }),
  };
}

/** Leaves out what is empty: in protobuf an empty string is one that was not given. */
function given<Key extends string>(fields: Readonly<Record<Key, string>>): Partial<Record<Key, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<
    Record<Key, string>
  >;
}

function withoutPage<Request extends ListTracesRequest | SearchSpansRequest>(request: Request): Request {
  return { ...request, pagination: undefined };
}

function orderOf(request: ListTracesRequest): TraceOrder {
  if (request.orderBy === '') return 'start_time';
  if (!ORDERS.has(request.orderBy))
    throw invalidArgument(`order_by: must be one of ${[...ORDERS].join(', ')}`);
  return request.orderBy as TraceOrder;
}

function nameOf<Name extends string>(
  field: string,
  names: Readonly<Record<Name, number>>,
  value: number,
): Name {
  const found = (Object.keys(names) as Name[]).find((name) => names[name] === value);
  if (found === undefined) throw invalidArgument(`${field}: ${value} is not a known value`);
  return found;
}
