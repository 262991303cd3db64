import type { AddressInfo } from 'node:net';
import {
  ConfigError,
  configuredCaching,
  configuredProviders,
  createOtlpSpanExporter,
  crossSiteReason,
  isGatewayPath,
  ListenError,
  openEngine,
  Refusal,
  sendJson,
  sendPage,
  sendRefusal,
  type Engine,
  type EngineOptions,
  type Env,
  type Logger,
} from '@candela/core/host';
import { nanoUsdFromUsd } from '@candela/core/money';
import { createChangingPriceBook } from '@candela/core/pricing';
import { createSqliteSpanStore, type SpanReader, type SpanWriter } from '@candela/core/storage';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { DEV_ADMIN, provisionDevAdmin } from '../identity/dev-mode.ts';
import { createDuckDbSpanStore } from '../storage/duckdb/span-store.ts';
import { createFastifyHost } from './fastify-host.ts';
import { modelDailyLimitsFrom } from './model-daily-limits.ts';
import type { ServerConfig } from './server-config.ts';

export interface AppOptions {
  readonly config: ServerConfig;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  /** Where the providers' keys are. */
  readonly env: Env;
  /** How long answers under way at the stop may take to finish. Default: ten seconds. */
  readonly drainMs?: number;
}

export interface App {
  readonly url: string;
  /** Takes no more calls, lets those under way finish, writes what is left, and lets go of everything. */
  stop(): Promise<void>;
}

type Handle = Engine['handle'];

/** Reached from this machine only; so a web page of another site must not come in through the browser. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const DRAIN_MS = 10_000;

/**
 * Runs candela-server. The port is taken before anything is written, so that a second server leaves no trace of
 * its failed start; until the stores are open, every request is answered 503.
 *
 * @throws ListenError, ConfigError, StorageOpenError
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, logger } = options;
  const providers = configuredProviders(config.providers ?? [], {
    ...{ env: options.env, logger, vertexAi: config.vertexAi, aws: config.aws },
  });
  let handle: Handle = (_req, res) =>
    sendJson(res, 503, { status: 'error', detail: 'candela-server is starting' });
  const host = createFastifyHost({
    handle: (req, res) => handle(req, res),
    logger,
    drainMs: options.drainMs ?? DRAIN_MS,
  });
  let engine: Engine | undefined;
  const stop = async (): Promise<void> => {
    await host.close();
    await engine?.close();
  };
  try {
    const url = await listen(host, config);
    engine = await openServerEngine(config, providers, logger);
    await provisionDevAdmin(engine, config.defaultDailyBudgetUsd);
    handle = guarded(engine.handle, config);
    const fields = { url, version: options.version, spans: config.storage.backend };
    logger.warn(
      { ...fields, user: DEV_ADMIN.email },
      'auth.dev_mode is on: whoever reaches this address is its admin',
    );
    logger.info(fields, 'candela-server is ready');
    return { url, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function listen(host: FastifyInstance, at: Pick<ServerConfig, 'host' | 'port'>): Promise<string> {
  try {
    await host.listen({ host: at.host, port: at.port });
  } catch (cause) {
    throw new ListenError(at, 'CANDELA_PORT, or `server.port` in the configuration', cause);
  }
  const { port } = host.server.address() as AddressInfo;
  return `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`;
}

async function openServerEngine(
  config: ServerConfig,
  providers: EngineOptions['providers'],
  logger: Logger,
): Promise<Engine> {
  const prices = createChangingPriceBook({
    models: config.pricing.models,
    discountPercent: config.pricing.discount_percent,
  });
  const modelDailyLimits = modelDailyLimitsFrom(config.modelDailyLimitsUsd, prices, logger);
  const spanCopies = await openSinks(config, logger);
  const spanStore = await openSpanStore(config.storage);
  try {
    return await openEngine({
      statePath: config.storage.sqlitePath,
      ...{ spanStore, spanCopies },
      providers,
      prices,
      identify: () => DEV_ADMIN,
      callers: 'users',
      capturesContent: config.capturesContent,
      caching: configuredCaching(config.vertexAi),
      catalog: config.catalog,
      defaultDailyBudget:
        config.defaultDailyBudgetUsd === undefined ? undefined : nanoUsdFromUsd(config.defaultDailyBudgetUsd),
      budgetTimeZone: config.budgetTimeZone,
      withoutBudget: 'deny',
      ...(config.maxRequestCostUsd !== undefined && {
        maxRequestCost: nanoUsdFromUsd(config.maxRequestCostUsd),
      }),
      ...(modelDailyLimits && { modelDailyLimits }),
      logger,
      page: sendPage,
      worker: config.worker,
    });
  } catch (cause) {
    await spanStore.close();
    throw cause;
  }
}

/** @throws ConfigError if one that is required does not answer. */
async function openSinks({ otlpSink }: ServerConfig, logger: Logger): Promise<readonly SpanWriter[]> {
  if (otlpSink === undefined) return [];
  const otlp = createOtlpSpanExporter({ ...otlpSink, logger });
  if (otlpSink.required) {
    await otlp.probe().catch((cause: unknown) => {
      throw new ConfigError(
        `sinks.otlp.endpoint: nothing takes spans at ${new URL(otlpSink.endpoint).host}` +
          ` (${cause instanceof Error ? cause.message : 'no answer'}): start the receiver, correct the address or` +
          ' the headers, or set sinks.otlp.required: false',
        { cause },
      );
    });
  }
  return [otlp];
}

async function openSpanStore({
  backend,
  duckdbPath,
  sqlitePath,
}: ServerConfig['storage']): Promise<SpanWriter & SpanReader> {
  // Opening a DuckDB file tells at once whether another server holds it, before the money is touched.
  return backend === 'duckdb'
    ? createDuckDbSpanStore({ path: duckdbPath })
    : createSqliteSpanStore({ path: sqlitePath });
}

/** What this server does not answer, and why. */
function guarded(handle: Handle, config: ServerConfig): Handle {
  const isLoopback = LOOPBACK_HOSTS.has(config.host);
  return (req, res) => {
    const reason = isLoopback ? crossSiteReason(req) : undefined;
    if (reason !== undefined) sendRefusal(res, new Refusal('access_denied', reason));
    else if (config.providers === undefined && isGatewayPath(req.url ?? '/')) {
      sendRefusal(
        res,
        new Refusal('not_found_error', 'this server takes no calls to models: proxy.enabled is false'),
      );
    } else handle(req, res);
  };
}
