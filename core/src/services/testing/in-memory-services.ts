import assert from 'node:assert/strict';
import { timestampFromMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, createRouterTransport, type Client } from '@connectrpc/connect';
import { AnnotationService } from '@candela/proto/v1/annotation_service';
import { DashboardService } from '@candela/proto/v1/dashboard_service';
import { IngestionService } from '@candela/proto/v1/ingestion_service';
import { ModelCatalogService } from '@candela/proto/v1/model_catalog_service';
import { TraceService } from '@candela/proto/v1/trace_service';
import { UserService } from '@candela/proto/v1/user_service';
import type { Ledger } from '../../budget/ledger.ts';
import { withCatalogPrices } from '../../catalog/catalog-prices.ts';
import { openCatalog, type CatalogOptions } from '../../catalog/open-catalog.ts';
import { IdentityRefusal } from '../../gateway/errors.ts';
import type { Caller } from '../../gateway/gates/identity.ts';
import { offeredBy } from '../../gateway/model-list.ts';
import { createOpenAi } from '../../gateway/providers/openai.ts';
import { createPriceBook } from '../../pricing/index.ts';
import { SpanIntake } from '../../spans/span-intake.ts';
import { SpanPipeline } from '../../spans/span-pipeline.ts';
import { anLlmSpan, nano } from '../../storage/contract-suites/span-fixture.ts';
import type { SpanReader, SpanWriter } from '../../storage/span-store.ts';
import { createSqliteSpanStore } from '../../storage/sqlite/span-store.ts';
import { openStateStores } from '../../storage/sqlite/state-stores.ts';
import type { UserStore } from '../../storage/user-store.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import type { Offers } from '../model-catalog-service.ts';
import { registerServices, rpcOptions } from '../routes.ts';

export const NOW = Date.parse('2026-07-31T12:00:00Z');
export const ADMIN: Caller = { userId: 'root', email: 'root@example.com', role: 'admin' };
export const ADA: Caller = { userId: 'ada', email: 'ada@example.com', role: 'developer' };

export interface Clients {
  readonly users: Client<typeof UserService>;
  readonly traces: Client<typeof TraceService>;
  readonly dashboard: Client<typeof DashboardService>;
  readonly annotations: Client<typeof AnnotationService>;
  readonly ingestion: Client<typeof IngestionService>;
  readonly catalog: Client<typeof ModelCatalogService>;
}

export interface InMemoryServices {
  readonly spans: SpanWriter & SpanReader;
  readonly ledger: Ledger;
  readonly pipeline: SpanPipeline;
  readonly users: UserStore;
  readonly clock: ManualClock;
  /** The services as this caller reaches them: real codec, real interceptors, no network. */
  readonly as: (caller: Caller | IdentityRefusal) => Clients;
  /** Settles a call of this cost, and leaves another one's hold behind where one is given. */
  readonly spend: (userId: string, cost: bigint, held?: bigint) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface InMemoryOptions {
  readonly catalog?: CatalogOptions;
  readonly defaultDailyBudget?: bigint;
}

/** Every service over stores in memory, with an admin and a developer who are known. */
export async function inMemoryServices({
  catalog: kept = { backend: 'store' },
  defaultDailyBudget,
}: InMemoryOptions = {}): Promise<InMemoryServices> {
  const clock = manualClock(NOW);
  const { logger } = recordedLog();
  const state = openStateStores({
    ...{ path: ':memory:', clock, logger, timeZone: 'Europe/Berlin', withoutBudget: 'deny' },
  });
  const { users, ledger, annotations } = state;
  const spans = createSqliteSpanStore({ path: ':memory:' });
  const pipeline = new SpanPipeline({ writer: spans, ledger, logger });
  const catalog = await openCatalog(kept, state.catalog, clock);
  const prices = withCatalogPrices(createPriceBook({ clock }), () => catalog.known);
  const provider = createOpenAi({});
  const offers = async (): Promise<Offers> => ({ models: [...offeredBy(provider, prices)], prices });
  for (const { userId, email, role } of [ADMIN, ADA]) {
    await users.ensure({
      id: userId,
      email,
      role,
      displayName: userId,
      status: 'active',
      createdAtUnixMs: 1_000,
    });
  }

  const as = (caller: Caller | IdentityRefusal): Clients => {
    const identify = (): Caller => {
      if (caller instanceof IdentityRefusal) throw caller;
      return caller;
    };
    const intake = new SpanIntake(pipeline);
    const transport = createRouterTransport(
      registerServices({
        ...{ users, ledger, annotations, spans, intake, clock, catalog, offers },
        ...(defaultDailyBudget !== undefined && { defaultDailyBudget: nano(defaultDailyBudget) }),
      }),
      {
        router: rpcOptions(identify),
      },
    );
    return {
      users: createClient(UserService, transport),
      traces: createClient(TraceService, transport),
      dashboard: createClient(DashboardService, transport),
      annotations: createClient(AnnotationService, transport),
      ingestion: createClient(IngestionService, transport),
      catalog: createClient(ModelCatalogService, transport),
    };
  };
  const spend = async (userId: string, cost: bigint, held = 0n): Promise<void> => {
    const outcome = await ledger.reserve({ userId, amount: nano(cost) });
    assert.ok(outcome.granted);
    await outcome.reservation.settle({ cost: nano(cost), tokens: 1_000, span: anLlmSpan() });
    if (held > 0n) assert.ok((await ledger.reserve({ userId, amount: nano(held) })).granted);
  };
  const close = async (): Promise<void> => {
    await pipeline.close();
    await state.close();
    await spans.close();
  };
  return { spans, ledger, pipeline, users, clock, as, spend, close };
}

export const assertRefused = (answer: Promise<unknown>, code: Code, message: RegExp): Promise<void> =>
  assert.rejects(answer, (error: unknown) => {
    assert.ok(error instanceof ConnectError);
    assert.deepEqual(
      [Code[error.code], error.rawMessage.match(message) !== null],
      [Code[code], true],
      error.rawMessage,
    );
    return true;
  });

export const at = (iso: string): Timestamp => timestampFromMs(Date.parse(iso));
