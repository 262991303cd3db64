import { ConfigError, vertexAi, type Env } from '@candela/core/host';
import type { z } from 'zod';
import { dailyBudgetUsd, storageBackend } from './server-schema.ts';

/** In the contract and not built; set, they would look as if they were in force. */
const NOT_YET = [
  'CANDELA_BQ_PROJECT',
  'CANDELA_BQ_DATASET',
  'CANDELA_BQ_LOCATION',
  'CANDELA_FIRESTORE_PROJECT',
  'CANDELA_FIRESTORE_DATABASE',
  'CANDELA_SERVICE_ACCOUNT',
  'CLOUD_RUN_URL',
] as const;

type VertexAi = z.infer<typeof vertexAi>;

/** What the environment says of the settings that a container usually gets that way. `undefined`: nothing. */
export interface ServerEnvironment {
  readonly storageBackend: 'duckdb' | 'sqlite' | undefined;
  readonly proxyEnabled: boolean | undefined;
  readonly devMode: boolean | undefined;
  /** What is set of `proxy.vertex_ai`. */
  readonly vertexAi: Partial<VertexAi>;
  readonly defaultDailyBudgetUsd: number | undefined;
}

/** @throws ConfigError naming the variable. */
export function readServerEnvironment(env: Env): ServerEnvironment {
  const unsupported = NOT_YET.find((name) => env[name]);
  if (unsupported !== undefined)
    throw new ConfigError(`${unsupported}: is not supported by this version yet`);
  return {
    storageBackend: storageBackendFrom(env),
    proxyEnabled: booleanFrom(env, 'CANDELA_PROXY_ENABLED'),
    devMode: booleanFrom(env, 'CANDELA_DEV_MODE'),
    vertexAi: vertexAiFrom(env),
    defaultDailyBudgetUsd: dailyBudgetFrom(env),
  };
}

function storageBackendFrom(env: Env): ServerEnvironment['storageBackend'] {
  const text = env['CANDELA_STORAGE_BACKEND'];
  if (!text) return undefined;
  const parsed = storageBackend.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`CANDELA_STORAGE_BACKEND: ${parsed.error.issues[0]?.message}`);
}

/** By variable, what it stands for. */
const VERTEX_AI = {
  CANDELA_VERTEX_PROJECT: 'project_id',
  CANDELA_VERTEX_REGION: 'region',
  CANDELA_CACHING_MODE: 'prompt_caching',
  CANDELA_CACHE_TTL: 'cache_ttl',
} as const;

function vertexAiFrom(env: Env): Partial<VertexAi> {
  const found: Partial<VertexAi> = {};
  for (const [name, key] of Object.entries(VERTEX_AI)) {
    const text = env[name];
    if (!text) continue;
    const parsed = vertexAi.shape[key].safeParse(text);
    if (!parsed.success) throw new ConfigError(`${name}: ${parsed.error.issues[0]?.message}`);
    Object.assign(found, { [key]: parsed.data });
  }
  return found;
}

function dailyBudgetFrom(env: Env): number | undefined {
  const text = env['CANDELA_DEFAULT_DAILY_BUDGET'];
  if (!text) return undefined;
  const parsed = dailyBudgetUsd.safeParse(Number(text));
  if (parsed.success) return parsed.data;
  throw new ConfigError('CANDELA_DEFAULT_DAILY_BUDGET: must be a number of USD above 0, at most 1000000');
}

function booleanFrom(env: Env, name: string): boolean | undefined {
  switch (env[name]) {
    case undefined:
    case '':
      return undefined;
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw new ConfigError(`${name}: must be true or false`);
  }
}
