import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { type Annotation, AnnotationSchema, AnnotationType } from '@candela/proto/types/annotation';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { DashboardService, type GetDashboardDataResponseSchema } from '@candela/proto/v1/dashboard_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { type GetMyBudgetResponseSchema, UserService } from '@candela/proto/v1/user_service';

/**
 * The services an editor asks, answering from fields a test sets, behind a real socket and the real codec. It
 * stands in for the network's other end, so that a test can let it stall, refuse and vanish.
 */
export class InMemoryDaemon {
  budget: MessageInitShape<typeof GetMyBudgetResponseSchema> = {};
  dashboard: MessageInitShape<typeof GetDashboardDataResponseSchema> = {};
  traceIds: string[] = [];
  /** Whose a trace is, by its id; nobody's if it is not here. */
  traceUsers: Readonly<Record<string, string>> = {};
  readonly annotations: Annotation[] = [];
  /** As they came with the annotations, answered or not. */
  readonly idempotencyKeys: (string | null)[] = [];
  readonly calls: string[] = [];
  readonly dashboardRanges: (readonly [startSeconds: bigint | undefined, endSeconds: bigint | undefined])[] =
    [];
  /** Thrown by every call while set. */
  refuseWith: ConnectError | undefined;
  /** Awaited by every call before it answers. */
  gate: Promise<void> = Promise.resolve();
  isHealthy = true;
  /** Whether it says that it has an event stream; nothing follows the first event. */
  hasEvents = false;
  readonly #server: Server;
  #port = 0;

  constructor() {
    const handleRpc = connectNodeAdapter({ routes: (router) => this.#routes(router) });
    this.#server = createServer((request, response) => {
      if (request.url === '/_local/api/events' && this.hasEvents) {
        this.calls.push('events');
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: change\ndata: {}\n\n');
        return;
      }
      if (request.url !== '/healthz') return handleRpc(request, response);
      this.calls.push('healthz');
      response.writeHead(this.isHealthy ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: this.isHealthy ? 'ok' : 'error' }));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  countOf(call: string): number {
    return this.calls.filter((name) => name === call).length;
  }

  /** Listens on a free port the first time, on the same one later. */
  async start(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection; harmless when stopped already. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #routes(router: ConnectRouter): void {
    router.service(UserService, {
      getMyBudget: () => this.#answer('getMyBudget', () => this.budget),
    });
    router.service(DashboardService, {
      getDashboardData: ({ timeRange }) =>
        this.#answer('getDashboardData', () => {
          this.dashboardRanges.push([timeRange?.start?.seconds, timeRange?.end?.seconds]);
          return this.dashboard;
        }),
    });
    router.service(TraceService, {
      listTraces: ({ pagination }) =>
        this.#answer('listTraces', () => ({
          traces: this.traceIds.slice(0, pagination?.pageSize ?? 50).map((traceId) => ({
            traceId,
            userId: this.traceUsers[traceId] ?? '',
          })),
        })),
    });
    router.service(AnnotationService, {
      listAnnotations: ({ traceId, typeFilter }) =>
        this.#answer('listAnnotations', () => ({
          annotations: this.annotations.filter(
            (known) =>
              known.traceId === traceId &&
              (typeFilter === AnnotationType.UNSPECIFIED || known.type === typeFilter),
          ),
        })),
      setOutcome: ({ traceId, success, score, comment }, { requestHeader }) =>
        this.#annotate({ traceId, type: AnnotationType.OUTCOME, success, score, comment }, requestHeader),
      addLabel: ({ traceId, label, comment }, { requestHeader }) =>
        this.#annotate({ traceId, type: AnnotationType.LABEL, label, comment }, requestHeader),
      logMetric: ({ traceId, metricName, metricValue, comment }, { requestHeader }) =>
        this.#annotate(
          { traceId, type: AnnotationType.METRIC, metricName, metricValue, comment },
          requestHeader,
        ),
    });
  }

  #annotate(
    fields: MessageInitShape<typeof AnnotationSchema>,
    headers: Headers,
  ): Promise<{ annotation: Annotation }> {
    this.idempotencyKeys.push(headers.get('idempotency-key'));
    return this.#answer('annotate', () => {
      if (!this.traceIds.includes(fields.traceId ?? '')) {
        throw new ConnectError(`no trace ${fields.traceId}`, Code.NotFound);
      }
      const id = String(this.annotations.length);
      const annotation = create(AnnotationSchema, { ...fields, id, createdAt: timestampFromMs(0) });
      this.annotations.push(annotation);
      return { annotation };
    });
  }

  async #answer<T>(call: string, answer: () => T): Promise<T> {
    this.calls.push(call);
    await this.gate;
    if (this.refuseWith !== undefined) throw this.refuseWith;
    this.calls.push(`answered ${call}`);
    return answer();
  }
}
