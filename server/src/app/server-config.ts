import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigError,
  logLevelFrom,
  portFrom,
  readConfig,
  type Env,
  type ProviderEntry,
} from '@candela/core/host';
import type { z } from 'zod';
import { catalogConfigFrom, type CatalogConfig } from './catalog-config.ts';
import { otlpSinkOf, type OtlpSink } from './otlp-sink.ts';
import { readServerEnvironment, type ServerEnvironment } from './server-environment.ts';
import { serverSchema } from './server-schema.ts';

type ConfigFile = z.infer<typeof serverSchema>;

export interface ServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly logLevel: string;
  readonly storage: {
    readonly backend: 'duckdb' | 'sqlite';
    /** Spans, with backend `duckdb`. */
    readonly duckdbPath: string;
    /** Money, users and annotations; with backend `sqlite` the spans too. */
    readonly sqlitePath: string;
  };
  /** `undefined`: `proxy.enabled` is false, no calls are taken. */
  readonly providers: readonly ProviderEntry[] | undefined;
  readonly vertexAi: NonNullable<ConfigFile['proxy']>['vertex_ai'];
  readonly aws: NonNullable<ConfigFile['proxy']>['aws'];
  /** What one request may cost at worst. `undefined`: whatever the budget allows. */
  readonly maxRequestCostUsd: number | undefined;
  /** What all users together may spend on a model a day, in USD by the model's name. */
  readonly modelDailyLimitsUsd: Readonly<Record<string, number>>;
  readonly catalog: CatalogConfig;
  readonly budgetTimeZone: string;
  /** For a user who has no budget yet. `undefined`: none, and so no spend. */
  readonly defaultDailyBudgetUsd: number | undefined;
  readonly worker: { readonly batchSize?: number; readonly flushIntervalMs?: number };
  /** Where copies of all spans go. `undefined`: nowhere. */
  readonly otlpSink: OtlpSink | undefined;
  readonly pricing: NonNullable<ConfigFile['pricing']>;
  /** Whether spans keep what was asked and answered. */
  readonly capturesContent: boolean;
}

/** With `auth.dev_mode` whoever gets through is admin, so nobody but this machine does unless told otherwise. */
const LOOPBACK_HOST = '127.0.0.1';

/**
 * The configuration of a server: `$CANDELA_CONFIG`, else `config.yaml` in the working directory if it is there;
 * the environment overrides the file. Unless paths are configured, a server keeps its data in the folder `server`
 * below `$CANDELA_HOME` (`~/.candela`), beside that of a developer's daemon and apart from it.
 *
 * @throws ConfigError
 */
export function loadServerConfig(env: Env): ServerConfig {
  const file = readConfig(env, 'config.yaml', serverSchema);
  const environment = readServerEnvironment(env);
  const { storageBackend, proxyEnabled, devMode, defaultDailyBudgetUsd } = environment;
  if (!(devMode ?? file.auth?.dev_mode)) {
    throw new ConfigError(
      'this version cannot tell callers apart yet: set auth.dev_mode: true in the configuration, or' +
        ' CANDELA_DEV_MODE=true, to serve every caller as the admin admin@localhost',
    );
  }
  const folder = join(env['CANDELA_HOME'] || join(homedir(), '.candela'), 'server');
  return {
    host: file.server?.host ?? LOOPBACK_HOST,
    port: portFrom(env, 'CANDELA_PORT') ?? file.server?.port ?? 8181,
    logLevel: logLevelFrom(env),
    storage: {
      backend: storageBackend ?? file.storage?.backend ?? 'duckdb',
      duckdbPath: file.storage?.duckdb?.path ?? join(folder, 'traces.duckdb'),
      sqlitePath: file.storage?.sqlite?.path ?? join(folder, 'state.db'),
    },
    providers:
      (proxyEnabled ?? file.proxy?.enabled ?? true)
        ? (file.proxy?.providers ?? ['openai', 'anthropic-direct'])
        : undefined,
    vertexAi: vertexAiOf(file, environment),
    aws: file.proxy?.aws,
    maxRequestCostUsd: file.proxy?.max_request_cost_usd,
    modelDailyLimitsUsd: file.proxy?.daily_limits ?? {},
    catalog: catalogConfigFrom(file.catalog),
    budgetTimeZone: file.budget?.timezone ?? 'UTC',
    defaultDailyBudgetUsd: defaultDailyBudgetUsd ?? file.users?.default_daily_budget_usd,
    worker: {
      ...(file.worker?.batch_size !== undefined && { batchSize: file.worker.batch_size }),
      ...(file.worker?.flush_interval !== undefined && { flushIntervalMs: file.worker.flush_interval }),
    },
    otlpSink: otlpSinkOf(file.sinks?.otlp, env),
    pricing: file.pricing ?? {},
    capturesContent: file.capture_content ?? true,
  };
}

/** @throws ConfigError for a region without a project: it would look as if it were in force. */
function vertexAiOf(file: ConfigFile, { vertexAi: set }: ServerEnvironment): ServerConfig['vertexAi'] {
  if (file.proxy?.vertex_ai === undefined && Object.keys(set).length === 0) return undefined;
  const merged = { ...file.proxy?.vertex_ai, ...set };
  if (merged.project_id !== undefined || merged.region === undefined) return merged;
  throw new ConfigError('CANDELA_VERTEX_REGION: needs CANDELA_VERTEX_PROJECT, or proxy.vertex_ai.project_id');
}
