import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredCaching } from '../config/caching.ts';
import { loadLocalConfig, type LocalConfig } from './local-config.ts';

describe('local configuration', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-config-'));
    path = join(folder, 'config.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = (text: string, env: Readonly<Record<string, string>> = {}): LocalConfig => {
    writeFileSync(path, text);
    return loadLocalConfig({ CANDELA_CONFIG: path, CANDELA_HOME: folder, ...env });
  };

  it('is complete without a word in it', () => {
    const { home, port, lmStudioPort, logLevel, providers, remote, statePath, tracesPath, budget } = load('');
    assert.deepEqual(
      [home, port, lmStudioPort, logLevel, remote, statePath, tracesPath],
      [folder, 8181, 1234, 'info', undefined, join(folder, 'state.db'), join(folder, 'traces.db')],
    );
    assert.deepEqual(
      [providers.slice(-2), budget],
      [['openai', 'anthropic-direct'], { dailyUsd: undefined, timeZone: 'UTC' }],
    );
    for (const nothing of ['# a comment\n', '---\n', '{}']) assert.deepEqual(load(nothing), load(''));
  });

  it('takes what the file says, and what the environment says before it', () => {
    const text =
      'port: 1000\nlm_studio_port: 0\nbudget: {daily_usd: 2.5, timezone: Europe/Berlin}\nstate_db_path: /x/y.db\n';
    const file = load(text);
    assert.deepEqual([file.port, file.lmStudioPort, file.statePath], [1000, undefined, '/x/y.db']);
    assert.deepEqual(file.budget, { dailyUsd: 2.5, timeZone: 'Europe/Berlin' });
    const env = load(text, { CANDELA_PORT: '0', CANDELA_LM_STUDIO_PORT: '2000', CANDELA_LOG_LEVEL: 'debug' });
    assert.deepEqual([env.port, env.lmStudioPort, env.logLevel], [0, 2000, 'debug']);
    assert.deepEqual(load(text, { CANDELA_PORT: '' }).port, 1000);
  });

  it('labels calls unless the file or the environment says otherwise', () => {
    assert.deepEqual([load('').labels, load('labels: false').labels], [true, false]);
    assert.equal(load('labels: false', { CANDELA_LABELS: 'on' }).labels, true);
    assert.equal(load('', { CANDELA_LABELS: 'off' }).labels, false);
    assert.throws(() => load('', { CANDELA_LABELS: 'no' }), /CANDELA_LABELS: must be on or off/);
  });

  it('reads where models are called in a cloud', () => {
    const { vertexAi, aws } = load(
      'vertex_ai: {project_id: our-project}\naws: {region: eu-west-1, profile: work}\n',
    );
    assert.deepEqual(
      [vertexAi, aws],
      [{ project_id: 'our-project' }, { region: 'eu-west-1', profile: 'work' }],
    );
  });

  it('reads where Claude is to cache prompts, which needs no project', () => {
    const { vertexAi } = load('vertex_ai: {prompt_caching: system-only, cache_ttl: 1h}\n');
    assert.deepEqual(vertexAi, { prompt_caching: 'system-only', cache_ttl: '1h' });
    assert.deepEqual(configuredCaching(vertexAi).get(), { mode: 'system-only', ttl: '1h' });
    assert.deepEqual(configuredCaching(load('vertex_ai: {prompt_caching: off}\n').vertexAi).get(), {
      ...{ mode: 'off', ttl: '5m' },
    });
    assert.deepEqual(configuredCaching(undefined).get(), { mode: 'off', ttl: '5m' });
  });

  const WRONG: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown key', 'port: 0\nbugdet:\n  daily_usd: 5\n', /config\.yaml:2: bugdet: unknown key$/],
    ['an unknown key inside', 'budget:\n  daily: 5\n', /config\.yaml:2: budget\.daily: unknown key$/],
    ['a wrong type', '\n\nbudget:\n  daily_usd: much\n', /config\.yaml:4: budget\.daily_usd: .*number/],
    ['a budget of nothing', 'budget: {daily_usd: 0}\n', /config\.yaml:1: budget\.daily_usd: /],
    ['a port beyond all ports', 'port: 65536\n', /config\.yaml:1: port: /],
    ['a port in quotes', 'port: "8181"\n', /config\.yaml:1: port: /],
    ['no YAML', 'port: [1,\n', /config\.yaml:\d+: /],
    ['a key written twice', 'port: 0\nport: 1\n', /config\.yaml:\d: .*unique/],
    [
      'a time zone there is none of',
      'budget:\n  timezone: Mars/Base\n',
      /:2: budget\.timezone: must be an IANA time zone/,
    ],
    [
      'a provider there is none of',
      'providers:\n  - openai\n  - opnai\n',
      /config\.yaml:3: providers\.1.*openai/,
    ],
    [
      'an unknown key of a provider',
      'providers:\n  - openai\n  - name: anthropic-direct\n    upstraem: http://x\n',
      /config\.yaml:4: providers\.1\.upstraem: unknown key/,
    ],
    ['a provider without a name', 'providers:\n  - upstream: http://x\n', /config\.yaml:2: providers\.0/],
    [
      'an upstream that is no address',
      'providers:\n  - name: openai\n    upstream: nowhere\n',
      /:3: providers\.0\.upstream: must be an address/,
    ],
    [
      'an upstream with a query',
      'providers:\n  - name: openai\n    upstream: http://x/?a=b\n',
      /:3: providers\.0\.upstream: must be an address/,
    ],
    [
      'a price below nothing',
      'pricing:\n  models:\n    - provider: openai\n      model: x\n      input_per_million: -1\n      output_per_million: 1\n',
      /:5: pricing\.models\.0\.input_per_million: /,
    ],
    [
      'a price that is missing',
      'pricing:\n  models:\n    - provider: openai\n      model: x\n      input_per_million: 1\n',
      /:\d: pricing\.models\.0\.output_per_million: /,
    ],
    [
      'a dearer price from nowhere on',
      'pricing:\n  models:\n    - provider: openai\n      model: x\n      input_per_million: 1\n      output_per_million: 1\n      input_per_million_high: 2\n',
      /:\d: pricing\.models\.0\.tier_threshold_tokens: say above how many/,
    ],
    ['a switch in words', 'capture_content: "off"\n', /:1: capture_content: .*boolean/],
    ['a discount above all', 'pricing: {discount_percent: 20}\n', /:1: pricing\.discount_percent: /],
    [
      'a place on Vertex AI that would be another address',
      'vertex_ai:\n  project_id: p\n  region: evil.example/\n',
      /:3: vertex_ai\.region: must be a location/,
    ],
    [
      'a caching mode there is none of',
      'vertex_ai:\n  prompt_caching: on\n',
      /:2: vertex_ai\.prompt_caching: must be one of off, auto, system-only$/,
    ],
    ['Vertex AI without a project', 'vertex_ai: {region: us-east5}\n', /:1: vertex_ai\.project_id: /],
    ['a place on AWS that would be another address', 'aws: {region: a.b}\n', /:1: aws\.region: must be a/],
    ['a list', '- port\n', /config\.yaml:?\d*: configuration: /],
    ['a text', 'port\n', /config\.yaml:?\d*: configuration: /],
  ];
  for (const [what, text, says] of WRONG) {
    it(`refuses ${what}, naming file, line and key`, () => {
      assert.throws(() => load(text), { name: 'ConfigError', message: says });
    });
  }

  it('names the file it was told of and could not read', () => {
    assert.throws(() => loadLocalConfig({ CANDELA_CONFIG: join(folder, 'none.yaml') }), {
      name: 'ConfigError',
      message: /cannot read the configuration .*none\.yaml/,
    });
    assert.throws(() => loadLocalConfig({ CANDELA_CONFIG: folder }), { name: 'ConfigError' });
  });

  it('names the variable that cannot be used', () => {
    for (const port of ['http', '65536', '-1', '1.5', ' 1', '1e3', '0x50']) {
      assert.throws(() => load('', { CANDELA_PORT: port }), { message: /^CANDELA_PORT: must be a port/ });
    }
    assert.throws(() => load('', { CANDELA_LOG_LEVEL: 'loud' }), {
      message: /^CANDELA_LOG_LEVEL: must be one of/,
    });
  });
});
