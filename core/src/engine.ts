import type { IncomingMessage, ServerResponse } from 'node:http';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { logNotifier } from './budget/alerts.ts';
import type { Ledger } from './budget/ledger.ts';
import { withCatalogPrices } from './catalog/catalog-prices.ts';
import { openCatalog, type CatalogOptions } from './catalog/open-catalog.ts';
import { systemClock, type Clock } from './clock.ts';
import { answerModels } from './gateway/answer-models.ts';
import { createCachingSettings, type LiveCachingSettings } from './gateway/caching/caching-settings.ts';
import type { Refusal } from './gateway/errors.ts';
import { Accounts } from './gateway/gates/accounts.ts';
import { CircuitBreaker } from './gateway/gates/circuit-breaker.ts';
import type { Identify } from './gateway/gates/identity.ts';
import { modelCapsFrom } from './gateway/gates/model-daily-limit.ts';
import { createGateway } from './gateway/gateway.ts';
import { offeredBy } from './gateway/model-list.ts';
import { refreshInventories } from './gateway/providers/model-inventory.ts';
import type { Provider } from './gateway/providers/provider.ts';
import { Upstream } from './gateway/upstream.ts';
import { createFrontDoor } from './http/front-door.ts';
import type { Runtimes } from './runtimes/runtimes.ts';
import type { Logger } from './logger.ts';
import type { Endpoints } from './management/local-api.ts';
import { openManagement } from './management/open-management.ts';
import { answerMetrics } from './metrics/answer-metrics.ts';
import { Metrics } from './metrics/metrics.ts';
import type { NanoUsd } from './money/index.ts';
import { LOCAL_PROVIDER, type ChangingPriceBook } from './pricing/index.ts';
import type { Offers } from './services/model-catalog-service.ts';
import { registerServices, rpcOptions } from './services/routes.ts';
import { createOtlpIngest } from './spans/otlp/ingest.ts';
import { readYourWrites } from './spans/read-your-writes.ts';
import { recoverSpans } from './spans/recover-spans.ts';
import { SpanIntake } from './spans/span-intake.ts';
import { SpanPipeline } from './spans/span-pipeline.ts';
import type { SpanRecord } from './spans/span-record.ts';
import { openStateStores } from './storage/sqlite/state-stores.ts';
import type { SpanReader, SpanWriter } from './storage/span-store.ts';
import type { UserStore } from './storage/user-store.ts';
import { VERSION } from './version.ts';

export interface EngineOptions {
  /** Money, users and annotations: one SQLite file. */
  readonly statePath: string;
  /** Opened; closed with the engine. */
  readonly spanStore: SpanWriter & SpanReader;
  /** Where copies of all spans go; closed with the engine. */
  readonly spanCopies?: readonly SpanWriter[];
  readonly providers: ReadonlyMap<string, Provider>;
  /** As configured; what was set at run time goes before it. */
  readonly prices: ChangingPriceBook;
  readonly identify: Identify;
  /**
   * Who calls: the `owner` of this machine, or the `users` of the store, of whom each may be switched off and has so
   * many calls a minute.
   */
  readonly callers: 'owner' | 'users';
  /** The day's midnight: an IANA name. */
  readonly budgetTimeZone: string;
  /** Whether a user without a budget is refused, or only watched. */
  readonly withoutBudget: 'deny' | 'watch';
  /** Of a new user for whom no budget is named; absent: none. */
  readonly defaultDailyBudget?: NanoUsd | undefined;
  /** What one request may cost at worst; absent: whatever the budget allows. */
  readonly maxRequestCost?: NanoUsd;
  /** Where the catalog of models is kept; absent: nowhere, every model that is offered may be used. */
  readonly catalog?: CatalogOptions;
  /** Prompt caching of Anthropic's models; may change at any time. Absent: off, unless a call asks for it. */
  readonly caching?: LiveCachingSettings;
  /** `capture_content`: whether spans keep what was asked and answered. Default: they do. */
  readonly capturesContent?: boolean | undefined;
  /** What all users together may spend on a model a day, by its name; absent: no model has a cap. */
  readonly modelDailyLimits?: ReadonlyMap<string, NanoUsd>;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly unknownModel?: (model: string) => Refusal;
  /** Called when a call has ended: what it cost, and its span, can be read. */
  readonly onSettled?: () => void;
  readonly page: (res: ServerResponse) => void;
  /** The model runtimes of this machine; absent on a server. */
  readonly runtimes?: Runtimes;
  /** More of `/_local/api` than every host has. */
  readonly endpoints?: Endpoints;
  readonly worker?: { readonly batchSize?: number; readonly flushIntervalMs?: number };
}

/** Candela without a host: gateway, services and stores, wired together. */
export interface Engine {
  /** Answers every request of contract section 1; a host decides which sockets lead here. */
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void;
  readonly users: UserStore;
  readonly ledger: Ledger;
  /**
   * Breaks off the calls that are still under way, settles them, writes what is left, and lets go of every file and
   * connection. A host lets calls finish before that.
   */
  close(): Promise<void>;
}

function noteLocalUse(runtimes: Runtimes | undefined, { genAi, status }: SpanRecord): void {
  if (genAi?.provider === LOCAL_PROVIDER && status === 'ok') runtimes?.noteUse(genAi.model);
}

/** Assumed of a model whose maximum is unknown, for a request that sets no cap of its own. */
const OUTPUT_TOKEN_CEILING = 16_384;

/**
 * Opens the stores, repairs what a crash left behind, and wires the parts.
 *
 * @throws StorageOpenError
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { logger, spanStore, identify } = options;
  const clock = options.clock ?? systemClock;
  const { withoutBudget, budgetTimeZone: timeZone } = options;
  const state = openStateStores({
    ...{ path: options.statePath, clock, logger, timeZone, withoutBudget },
    notifierFor: (known) => logNotifier(logger, async (userId) => (await known.find(userId))?.email),
  });
  const { users, ledger, annotations } = state;
  const recovered = await recoverSpans(ledger, spanStore, logger);
  if (recovered > 0) logger.info({ spans: recovered }, 'rebuilt spans of calls settled before a crash');

  const pipeline = new SpanPipeline({
    ...{ writer: spanStore, ledger, logger, ...options.worker },
    ...(options.spanCopies && { copies: options.spanCopies }),
  });
  const spans = readYourWrites(spanStore, pipeline);
  const upstream = new Upstream();
  const { providers, caching = createCachingSettings() } = options;
  const catalog = await openCatalog(options.catalog, state.catalog, clock);
  const prices = withCatalogPrices(options.prices, () => catalog.known);
  const offers = async (): Promise<Offers> => {
    await refreshInventories(providers.values());
    const inForce = prices.snapshot();
    return {
      models: [...providers.values()].flatMap((one) => [...offeredBy(one, inForce)]),
      prices: inForce,
    };
  };
  const accounts = options.callers === 'users' ? new Accounts(users, clock) : undefined;
  const metrics = new Metrics({ spansDropped: () => pipeline.dropped });
  const spanIdsUnderWay = new Set<string>();
  const circuits = new CircuitBreaker({ clock, logger });
  const checkStores = async (): Promise<void> => {
    await ledger.budgetOf('');
  };
  const management = await openManagement({
    ...{ prices: options.prices, caching, spans, identify, logger },
    store: state.runtimeConfig,
    endpoints: options.endpoints ?? {},
    capturesContent: options.capturesContent ?? true,
    health: {
      ...{ version: VERSION, mode: options.callers === 'users' ? 'server' : 'solo' },
      ...{ clock, checkStores, providers, circuits, spanStore: spanStore.name },
      spansDropped: () => pipeline.dropped,
    },
  });
  const gateway = createGateway({
    ...{ providers, prices, ledger, identify, upstream, clock, logger, spanIdsUnderWay, circuits, caching },
    spans: {
      add(span) {
        metrics.countCall(span);
        pipeline.add(span);
        noteLocalUse(options.runtimes, span);
        options.onSettled?.();
      },
    },
    onRefusal: (type) => metrics.countRefusal(type),
    capturesContent: management.capturesContent,
    outputTokenCeiling: OUTPUT_TOKEN_CEILING,
    batches: state.batches,
    catalog,
    ...(accounts && { users: { accounts, windows: state.rateWindows } }),
    ...(options.maxRequestCost !== undefined && { maxRequestCost: options.maxRequestCost }),
    ...(options.modelDailyLimits && { modelCapOf: modelCapsFrom(options.modelDailyLimits) }),
    ...(options.unknownModel && { unknownModel: options.unknownModel }),
  });
  const intake = new SpanIntake(pipeline, spanIdsUnderWay);
  const ingest = createOtlpIngest({ identify, intake, logger });
  const underWay = new Set<Promise<void>>();
  const untilDone = async (call: Promise<void>): Promise<void> => {
    underWay.add(call);
    await call;
    underWay.delete(call);
  };
  const handle = createFrontDoor({
    gateway: (req, res) => untilDone(gateway(req, res)),
    traces: (req, res) => untilDone(ingest(req, res)),
    metrics: answerMetrics(metrics, identify),
    rpc: connectNodeAdapter({
      ...rpcOptions(identify),
      routes: registerServices({
        ...{ users, ledger, annotations, spans, intake, clock, catalog, offers },
        defaultDailyBudget: options.defaultDailyBudget,
        runtimes: options.runtimes,
        onUserChanged: (userId) => accounts?.forget(userId),
      }),
    }),
    models: answerModels({ providers, prices, catalog, identify, accounts }),
    checkStores,
    management: management.handle,
    page: options.page,
  });

  return {
    handle,
    users,
    ledger,
    async close() {
      management.close();
      await upstream.close();
      // A call that was cut off a moment ago still has its money to settle and its span to leave.
      await Promise.all(underWay);
      await pipeline.close();
      await state.close();
      await spanStore.close();
    },
  };
}
