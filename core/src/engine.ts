import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { logNotifier } from './budget/alerts.ts';
import type { Ledger } from './budget/ledger.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Refusal } from './gateway/errors.ts';
import { Accounts } from './gateway/gates/accounts.ts';
import type { Identify } from './gateway/gates/identity.ts';
import { createGateway } from './gateway/gateway.ts';
import { listModels } from './gateway/model-list.ts';
import { refreshInventories } from './gateway/providers/model-inventory.ts';
import type { Provider } from './gateway/providers/provider.ts';
import { Upstream } from './gateway/upstream.ts';
import { createFrontDoor } from './http/front-door.ts';
import type { Logger } from './logger.ts';
import { answerMetrics } from './metrics/answer-metrics.ts';
import { Metrics } from './metrics/metrics.ts';
import type { NanoUsd } from './money/index.ts';
import type { PriceBook } from './pricing/index.ts';
import { registerServices, rpcOptions } from './services/routes.ts';
import { createOtlpIngest } from './spans/otlp/ingest.ts';
import { readYourWrites } from './spans/read-your-writes.ts';
import { recoverSpans } from './spans/recover-spans.ts';
import { SpanIntake } from './spans/span-intake.ts';
import { SpanPipeline } from './spans/span-pipeline.ts';
import { ANNOTATION_SCHEMA } from './storage/sqlite/annotation-schema.ts';
import { createSqliteAnnotationStore } from './storage/sqlite/annotation-store.ts';
import { LEDGER_SCHEMA } from './storage/sqlite/ledger-schema.ts';
import { SqliteLedger } from './storage/sqlite/ledger.ts';
import { openDatabase } from './storage/sqlite/open.ts';
import { RATE_WINDOW_SCHEMA } from './storage/sqlite/rate-window-schema.ts';
import { createSqliteRateWindows } from './storage/sqlite/rate-windows.ts';
import { USER_SCHEMA } from './storage/sqlite/user-schema.ts';
import { openFailureOf } from './storage/sqlite/sqlite-error.ts';
import { createSqliteUserStore } from './storage/sqlite/user-store.ts';
import type { SpanReader, SpanWriter } from './storage/span-store.ts';
import { storageOpenError } from './storage/storage-open-error.ts';
import type { UserStore } from './storage/user-store.ts';

export interface EngineOptions {
  /** Money, users and annotations: one SQLite file. */
  readonly statePath: string;
  /** Opened; closed with the engine. */
  readonly spanStore: SpanWriter & SpanReader;
  /** Where copies of all spans go; closed with the engine. */
  readonly spanCopies?: readonly SpanWriter[];
  readonly providers: ReadonlyMap<string, Provider>;
  readonly prices: PriceBook;
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
  /** What one request may cost at worst; absent: whatever the budget allows. */
  readonly maxRequestCost?: NanoUsd;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly unknownModel?: (model: string) => Refusal;
  readonly page: (res: ServerResponse) => void;
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

/** The ledger says at once that it is there, so a file that another program holds is noticed here. */
function openLedger(options: EngineOptions, db: DatabaseSync, clock: Clock, users: UserStore): SqliteLedger {
  const { statePath, logger, withoutBudget, budgetTimeZone: timeZone } = options;
  const notifier = logNotifier(logger, async (userId) => (await users.find(userId))?.email);
  try {
    return new SqliteLedger({ db, clock, logger, timeZone, withoutBudget, notifier });
  } catch (cause) {
    throw storageOpenError(statePath, openFailureOf(cause), cause);
  }
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
  const db = openDatabase({
    path: options.statePath,
    schema: [LEDGER_SCHEMA, USER_SCHEMA, ANNOTATION_SCHEMA, RATE_WINDOW_SCHEMA],
  });
  const users = createSqliteUserStore(db);
  const ledger = openLedger(options, db, clock, users);
  const annotations = createSqliteAnnotationStore(db);
  const recovered = await recoverSpans(ledger, spanStore, logger);
  if (recovered > 0) logger.info({ spans: recovered }, 'rebuilt spans of calls settled before a crash');

  const pipeline = new SpanPipeline({
    ...{ writer: spanStore, ledger, logger, ...options.worker },
    ...(options.spanCopies && { copies: options.spanCopies }),
  });
  const spans = readYourWrites(spanStore, pipeline);
  const upstream = new Upstream();
  const { providers, prices } = options;
  const metrics = new Metrics({ spansDropped: () => pipeline.dropped });
  const spanIdsUnderWay = new Set<string>();
  const gateway = createGateway({
    ...{ providers, prices, ledger, identify, upstream, clock, logger, spanIdsUnderWay },
    spans: {
      add(span) {
        metrics.countCall(span);
        pipeline.add(span);
      },
    },
    onRefusal: (type) => metrics.countRefusal(type),
    capturesContent: true,
    outputTokenCeiling: OUTPUT_TOKEN_CEILING,
    ...(options.callers === 'users' && {
      users: { accounts: new Accounts(users, clock), windows: createSqliteRateWindows(db) },
    }),
    ...(options.maxRequestCost !== undefined && { maxRequestCost: options.maxRequestCost }),
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
      routes: registerServices({ users, ledger, annotations, spans, intake, clock }),
    }),
    async listModels() {
      await refreshInventories(providers.values());
      return listModels(providers, prices);
    },
    checkStores: async () => {
      await ledger.budgetOf('');
    },
    page: options.page,
  });

  return {
    handle,
    users,
    ledger,
    async close() {
      await upstream.close();
      // A call that was cut off a moment ago still has its money to settle and its span to leave.
      await Promise.all(underWay);
      await pipeline.close();
      await ledger.close();
      await users.close();
      await annotations.close();
      await spanStore.close();
      db.close();
    },
  };
}
