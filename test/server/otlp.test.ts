import assert from 'node:assert/strict';
import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { SpanKind, SpanStatus } from '@candela/proto/types/trace';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import { startFakeProvider, type FakeProvider } from '../fakes/provider/start.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../fakes/otlp-receiver.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { CALL_COST_USD, chatAt } from './team-call.ts';

/** What an instrumented program says of one call of a model. */
const CALL: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.usage.input_tokens': 120,
  'gen_ai.usage.output_tokens': 30,
  'candela.cost_usd': 0.0125,
  'gen_ai.request.temperature': 0.5,
  'gen_ai.response.finish_reasons': ['stop'],
  'session.id': 'session-1',
};

const traceClient = (baseUrl: string) =>
  createClient(TraceService, createConnectTransport({ baseUrl, httpVersion: '1.1' }));

describe('spans by OTLP, in', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ defaultDailyBudgetUsd: 1 });
  });
  after(() => server.stop());

  for (const [what, exporterTo] of Object.entries<(url: string) => SpanExporter>({
    JSON: (url) => new JsonExporter({ url }),
    protobuf: (url) => new ProtobufExporter({ url }),
    'protobuf and gzip': (url) => new ProtobufExporter({ url, compression: 'gzip' as never }),
  })) {
    it(`takes what OpenTelemetry's own exporter sends in ${what}`, async () => {
      const exporter = exporterTo(`${server.url}/v1/traces`);
      const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
      const span = provider.getTracer('a program').startSpan('chat gpt-4o', { attributes: CALL });
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'cut off' });
      span.end();
      await provider.shutdown();

      const { trace } = await traceClient(server.url).getTrace({ traceId: span.spanContext().traceId });
      const [kept] = trace?.spans ?? [];
      assert.deepEqual(
        [
          kept?.spanId,
          kept?.name,
          kept?.kind,
          kept?.status,
          kept?.statusMessage,
          kept?.sessionId,
          kept?.userId,
        ],
        [
          ...[span.spanContext().spanId, 'chat gpt-4o', SpanKind.LLM, SpanStatus.ERROR, 'cut off'],
          ...['session-1', 'admin@localhost'],
        ],
      );
      const { model, provider: of, inputTokens, outputTokens, costUsd, temperature } = kept?.genAi ?? {};
      assert.deepEqual(
        [model, of, inputTokens, outputTokens, costUsd, temperature],
        ['gpt-4o-2024-08-06', 'openai', 120n, 30n, 0.0125, 0.5],
      );
      const reasons = kept?.attributes.find(({ key }) => key === 'gen_ai.response.finish_reasons');
      assert.equal(reasons?.value.value, '["stop"]');
    });
  }

  it('does not charge them to anybody', async () => {
    const users = createClient(
      UserService,
      createConnectTransport({ baseUrl: server.url, httpVersion: '1.1' }),
    );
    const { budget } = await users.getMyBudget({});
    assert.equal(budget?.spentUsd, 0);
  });
});

describe('spans by OTLP, out', () => {
  let fake: FakeProvider;
  const servers: TestServer[] = [];
  const receivers: OtlpReceiver[] = [];
  before(async () => {
    fake = await startFakeProvider();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill();
    for (const receiver of receivers.splice(0)) receiver.stop();
  });
  after(() => fake.stop());

  const receiver = async (...options: Parameters<typeof startOtlpReceiver>): Promise<OtlpReceiver> => {
    const started = await startOtlpReceiver(...options);
    receivers.push(started);
    return started;
  };
  const start = async (otlp?: object): Promise<TestServer> => {
    const server = await startServer({
      providers: [{ name: 'openai', upstream: fake.url }],
      defaultDailyBudgetUsd: 1,
      config: { worker: { flush_interval: '10ms' }, ...(otlp && { sinks: { otlp } }) },
    });
    servers.push(server);
    return server;
  };
  const call = async (url: string): Promise<string> => {
    const answer = await chatAt(url);
    assert.equal(answer.status, 200);
    await answer.text();
    return answer.headers.get('x-candela-trace-id') ?? '';
  };

  for (const [protocol, compression] of [
    ['http/protobuf', 'gzip'],
    ['http/json', 'none'],
  ] as const) {
    it(`another Candela shows the same span, sent by ${protocol}`, async () => {
      const there = await start();
      const here = await start({ endpoint: there.url, protocol, compression, required: true });
      const traceId = await call(here.url);
      const { trace: first } = await traceClient(here.url).getTrace({ traceId });
      const second = await waitUntil({
        what: 'the span at the other server',
        probe: async () => (await traceClient(there.url).getTrace({ traceId })).trace,
      });
      assert.deepEqual(second.spans, first?.spans);
      assert.equal(second.totalCostUsd, CALL_COST_USD);
    });
  }

  it('are sent again when the receiver was busy', async () => {
    const busy = await receiver((res, index) =>
      index === 0 ? res.writeHead(503, { 'retry-after': '0' }).end() : res.writeHead(200).end(),
    );
    const here = await start({ endpoint: busy.url, headers: { 'x-api-key': 'secret-of-the-sink' } });
    await call(here.url);
    await waitUntil({
      what: 'the second try',
      probe: () => (busy.received.length === 2 ? true : undefined),
    });
    assert.deepEqual(busy.received[1]?.body, busy.received[0]?.body);
    assert.equal(busy.received[1]?.headers['x-api-key'], 'secret-of-the-sink');
    assert.match(here.log(), /could not write spans; will try again/);
    assert.doesNotMatch(here.log(), /secret-of-the-sink/);
  });

  it('hold up neither a call, nor a reader, nor the stop, when the receiver hangs', async () => {
    const hanging = await receiver(() => {});
    const here = await start({ endpoint: hanging.url });
    const traceId = await call(here.url);
    await waitUntil({
      what: 'an export to hang',
      probe: () => (hanging.received.length > 0 ? true : undefined),
    });
    await call(here.url);
    const { trace } = await traceClient(here.url).getTrace({ traceId });
    assert.equal(trace?.spans.length, 1);
    assert.equal(await here.stop(), 0);
    assert.match(here.log(), /spans were not written before the stop/);
  });

  it('are lost, and said to be, where they are refused; no prompt gets into the log', async () => {
    const refusing = await receiver((res) => res.writeHead(400).end());
    const here = await start({ endpoint: refusing.url });
    await call(here.url);
    await waitUntil({
      what: 'a line about it',
      probe: () => (here.log().includes('can never store') ? true : undefined),
    });
    assert.doesNotMatch(here.log(), /inputContent|outputContent/);
    assert.equal(await here.stop(), 0);
  });

  it('are required: a server does not start where nobody takes them', async () => {
    const refusing = await receiver((res) => res.writeHead(401).end());
    await assert.rejects(
      start({ endpoint: refusing.url, required: true }),
      /sinks\.otlp\.endpoint: nothing takes spans at 127\.0\.0\.1:\d+ \(it answers with status 401\)/,
    );
  });
});
