import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Env } from '@candela/core/host';
import { loadServerConfig } from './server-config.ts';

describe('loadServerConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candela-server-config-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.yaml');

  const load = (yaml: string, env: Env = {}): ReturnType<typeof loadServerConfig> => {
    writeFileSync(path, yaml);
    return loadServerConfig({ CANDELA_CONFIG: path, ...env });
  };
  const refused = (message: string | RegExp, yaml: string, env: Env = {}): void =>
    assert.throws(
      () => load(yaml, env),
      (cause: Error) => {
        assert.ok(cause instanceof ConfigError);
        if (typeof message === 'string') assert.equal(cause.message, message);
        else assert.match(cause.message, message);
        return true;
      },
    );

  const DEV_MODE = { CANDELA_DEV_MODE: 'true' };

  it('has defaults for everything but who may call', () => {
    const data = join(homedir(), '.candela', 'server');
    assert.deepEqual(load('', DEV_MODE), {
      host: '127.0.0.1',
      port: 8181,
      logLevel: 'info',
      storage: {
        backend: 'duckdb',
        duckdbPath: join(data, 'traces.duckdb'),
        sqlitePath: join(data, 'state.db'),
      },
      providers: ['openai', 'anthropic-direct'],
      vertexAi: undefined,
      aws: undefined,
      maxRequestCostUsd: undefined,
      modelDailyLimitsUsd: {},
      catalog: { backend: 'config', models: [] },
      budgetTimeZone: 'UTC',
      defaultDailyBudgetUsd: undefined,
      worker: {},
      otlpSink: undefined,
      pricing: {},
      capturesContent: true,
    });
  });

  it('reads every setting there is', () => {
    const config = load(`
server: { host: 0.0.0.0, port: 9000 }
storage: { backend: sqlite, duckdb: { path: /data/t.duckdb }, sqlite: { path: /data/s.db } }
proxy:
  enabled: true
  providers: [{ name: openai, upstream: http://127.0.0.1:1 }]
  vertex_ai: { project_id: 'example.com:p-1', region: europe-west1 }
  aws: { region: eu-central-1, profile: work }
  max_request_cost_usd: 0.5
  daily_limits: { gpt-5: 50, claude-opus-4.7: 0 }
catalog: { backend: store }
budget: { timezone: Europe/Berlin }
users: { default_daily_budget_usd: 12.5 }
auth: { dev_mode: true }
worker: { batch_size: 10, flush_interval: 500ms }
sinks: { otlp: { enabled: true, endpoint: 'http://127.0.0.1:4318', protocol: http/json, required: true } }
pricing: { discount_percent: 0.1 }
capture_content: false
`);
    assert.deepEqual(config, {
      host: '0.0.0.0',
      port: 9000,
      logLevel: 'info',
      storage: { backend: 'sqlite', duckdbPath: '/data/t.duckdb', sqlitePath: '/data/s.db' },
      providers: [{ name: 'openai', upstream: 'http://127.0.0.1:1' }],
      vertexAi: { project_id: 'example.com:p-1', region: 'europe-west1' },
      aws: { region: 'eu-central-1', profile: 'work' },
      maxRequestCostUsd: 0.5,
      modelDailyLimitsUsd: { 'gpt-5': 50, 'claude-opus-4.7': 0 },
      catalog: { backend: 'store' },
      budgetTimeZone: 'Europe/Berlin',
      defaultDailyBudgetUsd: 12.5,
      worker: { batchSize: 10, flushIntervalMs: 500 },
      otlpSink: {
        ...{ endpoint: 'http://127.0.0.1:4318', protocol: 'http/json', compression: 'gzip' },
        ...{ timeoutMs: 10_000, headers: {}, required: true },
      },
      pricing: { discount_percent: 0.1 },
      capturesContent: false,
    });
  });

  it('reads the examples of docs/catalog.md', () => {
    const text = readFileSync(new URL('../../../docs/catalog.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```yaml\n([^`]+)```/g)].map(([, yaml = '']) => yaml);
    assert.deepEqual(
      examples.map((yaml) => load(yaml, DEV_MODE).catalog.backend),
      ['config', 'store'],
    );
  });

  it('lets the environment override the file', () => {
    const file = `
server: { port: 9000 }
storage: { backend: duckdb }
proxy: { enabled: true }
users: { default_daily_budget_usd: 1 }
auth: { dev_mode: false }
`;
    const config = load(file, {
      ...DEV_MODE,
      CANDELA_PORT: '0',
      CANDELA_HOME: '/srv/candela',
      CANDELA_LOG_LEVEL: 'warn',
      CANDELA_STORAGE_BACKEND: 'sqlite',
      CANDELA_PROXY_ENABLED: 'false',
      CANDELA_DEFAULT_DAILY_BUDGET: '7.5',
    });
    assert.deepEqual(
      [config.port, config.logLevel, config.storage.backend, config.providers, config.defaultDailyBudgetUsd],
      [0, 'warn', 'sqlite', undefined, 7.5],
    );
    assert.equal(config.storage.sqlitePath, '/srv/candela/server/state.db');
  });

  it('takes what is set to nothing in the environment as not set', () => {
    const names = ['PORT', 'HOME', 'STORAGE_BACKEND', 'PROXY_ENABLED', 'DEFAULT_DAILY_BUDGET', 'BQ_PROJECT'];
    const nothing = Object.fromEntries(names.map((name) => [`CANDELA_${name}`, '']));
    assert.deepEqual(load('', { ...DEV_MODE, ...nothing }), load('', DEV_MODE));
  });

  it('takes Vertex AI from the environment, or from the file, or part from each', () => {
    const file = 'proxy:\n  vertex_ai: { project_id: of-the-file, region: europe-west1 }';
    const project = { CANDELA_VERTEX_PROJECT: 'of-the-environment' };
    const region = { CANDELA_VERTEX_REGION: 'us-east5' };
    const vertexAi = (yaml: string, env: object): unknown => load(yaml, { ...DEV_MODE, ...env }).vertexAi;
    assert.equal(vertexAi('', {}), undefined);
    assert.deepEqual(vertexAi('', project), { project_id: 'of-the-environment' });
    assert.deepEqual(vertexAi(file, {}), { project_id: 'of-the-file', region: 'europe-west1' });
    assert.deepEqual(vertexAi(file, region), { project_id: 'of-the-file', region: 'us-east5' });
    assert.deepEqual(vertexAi(file, { ...project, ...region }), {
      ...{ project_id: 'of-the-environment', region: 'us-east5' },
    });
    refused(/^CANDELA_VERTEX_REGION: needs/, '', { ...DEV_MODE, ...region });
    refused(/^CANDELA_VERTEX_REGION: must be a location/, '', {
      ...DEV_MODE,
      ...project,
      CANDELA_VERTEX_REGION: 'a/b',
    });
    refused(/^CANDELA_VERTEX_PROJECT: must be the id/, '', { ...DEV_MODE, CANDELA_VERTEX_PROJECT: 'A B' });
  });

  it('takes prompt caching from the environment, or from the file, whether there is a project or not', () => {
    const file = 'proxy:\n  vertex_ai: { prompt_caching: off, cache_ttl: 1h }';
    const mode = { CANDELA_CACHING_MODE: 'system-only' };
    const caching = (yaml: string, env: object): unknown => load(yaml, { ...DEV_MODE, ...env }).vertexAi;
    assert.deepEqual(caching(file, {}), { prompt_caching: 'off', cache_ttl: '1h' });
    assert.deepEqual(caching(file, mode), { prompt_caching: 'system-only', cache_ttl: '1h' });
    assert.deepEqual(caching('', { CANDELA_CACHE_TTL: '1h' }), { cache_ttl: '1h' });
    refused(/^CANDELA_CACHING_MODE: must be one of off, auto, system-only$/, '', {
      ...{ ...DEV_MODE, CANDELA_CACHING_MODE: 'on' },
    });
    refused(
      /:2: proxy\.vertex_ai\.cache_ttl: must be one of 5m, 1h$/,
      'proxy:\n  vertex_ai: { cache_ttl: 2h }',
      DEV_MODE,
    );
  });

  it('refuses to run without a way to tell callers apart', () => {
    const message =
      'this version cannot tell callers apart yet: set auth.dev_mode: true in the configuration, or CANDELA_DEV_MODE=true, to serve every caller as the admin admin@localhost';
    refused(message, '');
    refused(message, 'auth: { dev_mode: false }');
    refused(message, 'auth: { dev_mode: true }', { CANDELA_DEV_MODE: 'false' });
  });

  for (const [key, yaml] of [
    ['firestore', 'firestore: { enabled: false }'],
    ['storage.bigquery', 'storage:\n  bigquery: { project_id: p }'],
    ['proxy.project_id', 'proxy:\n  project_id: p'],
    ['auth.audience', 'auth:\n  audience: a'],
    ['auth.firebase_project', 'auth:\n  firebase_project: p'],
    ['auth.allowed_domains', 'auth:\n  allowed_domains: [example.com]'],
    ['auth.allowed_service_accounts', 'auth:\n  allowed_service_accounts: []'],
    ['auth.admins', 'auth:\n  admins: [a@example.com]'],
    ['cors', 'cors: { allowed_origins: [] }'],
    ['sinks.pubsub', 'sinks: { pubsub: { enabled: true } }'],
    ['notify', 'notify: { webhook: {} }'],
  ] as const) {
    it(`refuses ${key}, which is not built yet, rather than ignoring it`, () => {
      const line = yaml.split('\n').length;
      refused(`${path}:${line}: ${key}: is not supported by this version yet`, yaml, DEV_MODE);
    });
  }

  for (const name of ['CANDELA_BQ_PROJECT', 'CANDELA_FIRESTORE_PROJECT']) {
    it(`refuses ${name}, which is not built yet, rather than ignoring it`, () =>
      refused(`${name}: is not supported by this version yet`, '', { ...DEV_MODE, [name]: 'x' }));
  }

  for (const [what, yaml, message] of [
    ['an unknown key', 'server:\n  prot: 1', `${path}:2: server.prot: unknown key`],
    ['an unknown section', '\n\nsevrer: {}', `${path}:3: sevrer: unknown key`],
    ['a local setting', 'remote: https://candela.example.com', `${path}:1: remote: unknown key`],
    ['a port as text', 'server:\n  port: "8181"', /:2: server\.port: .*number/],
    ['a port that is none', 'server:\n  port: 70000', /:2: server\.port: .*65535/],
    [
      'an unknown backend',
      'storage:\n  backend: mongo',
      `${path}:2: storage.backend: must be duckdb or sqlite`,
    ],
    [
      'BigQuery',
      'storage:\n  backend: bigquery',
      `${path}:2: storage.backend: bigquery is not supported by this version yet`,
    ],
    ['no time zone', 'budget:\n  timezone: Mars', /:2: budget\.timezone: must be an IANA time zone/],
    ['a cap of nothing', 'proxy:\n  max_request_cost_usd: 0', /:2: proxy\.max_request_cost_usd: /],
    ['a cap below nothing', 'proxy:\n  daily_limits: { gpt-5: -1 }', /:2: proxy\.daily_limits\.gpt-5: /],
    [
      'two caps of one model',
      'proxy:\n  daily_limits: { claude-opus-4.7: 5,\n    Claude-Opus-4-7: 6 }',
      `${path}:3: proxy.daily_limits.Claude-Opus-4-7: is another spelling of "claude-opus-4.7": write one limit for the model`,
    ],
    ['a negative budget', 'users:\n  default_daily_budget_usd: -1', /:2: users\.default_daily_budget_usd: /],
    ['no duration', 'worker:\n  flush_interval: 2', /:2: worker\.flush_interval: .*string/],
    [
      'a duration of nothing',
      'worker:\n  flush_interval: 0s',
      `${path}:2: worker.flush_interval: must be a duration such as 2s or 500ms, at most 1m`,
    ],
    [
      'an unknown provider',
      'proxy:\n  providers:\n    - nobody',
      /:3: proxy\.providers\.0: must be one of openai/,
    ],
    ['broken YAML', 'server: [', new RegExp(`^${path}:1: `)],
    ['a list', '- server', /configuration/],
  ] as const) {
    it(`names key and line of ${what}`, () => refused(message, yaml, DEV_MODE));
  }

  for (const [name, value, message] of [
    ['CANDELA_PORT', 'http', 'CANDELA_PORT: must be a port from 0 to 65535, got "http"'],
    ['CANDELA_DEV_MODE', 'yes', 'CANDELA_DEV_MODE: must be true or false'],
    ['CANDELA_STORAGE_BACKEND', 'mongo', 'CANDELA_STORAGE_BACKEND: must be duckdb or sqlite'],
    [
      'CANDELA_STORAGE_BACKEND',
      'bigquery',
      'CANDELA_STORAGE_BACKEND: bigquery is not supported by this version yet',
    ],
    [
      'CANDELA_DEFAULT_DAILY_BUDGET',
      '5 USD',
      'CANDELA_DEFAULT_DAILY_BUDGET: must be a number of USD above 0, at most 1000000',
    ],
    ['CANDELA_LOG_LEVEL', 'loud', 'CANDELA_LOG_LEVEL: must be one of debug, info, warn, error, silent'],
  ] as const) {
    it(`names ${name} when it is ${JSON.stringify(value)}`, () =>
      refused(message, '', { ...DEV_MODE, [name]: value }));
  }

  it('says that a configuration which is named is not there', () => {
    const missing = join(folder, 'missing.yaml');
    assert.throws(
      () => loadServerConfig({ CANDELA_CONFIG: missing }),
      /^ConfigError: cannot read the configuration .*missing\.yaml/,
    );
  });
});
