import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config/parse-config.ts';
import { loadLocalConfig, type LocalConfig } from './local-config.ts';

describe('the local runtime in the configuration', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-config-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const load = (config: object): LocalConfig => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, JSON.stringify(config));
    return loadLocalConfig({ CANDELA_CONFIG: file, CANDELA_HOME: folder });
  };
  const OLLAMA = { name: 'local', upstream: 'http://127.0.0.1:11434/v1' };

  it('is there and first, Ollama’s unless said otherwise', () => {
    assert.deepEqual(load({}).providers, [OLLAMA, 'openai', 'anthropic-direct']);
    assert.deepEqual(load({ providers: ['openai', 'local'] }).providers, [OLLAMA, 'openai']);
    assert.deepEqual(load({ providers: ['openai'], runtime_backend: 'vllm' }).providers, [
      { name: 'local', upstream: 'http://127.0.0.1:8000/v1' },
      'openai',
    ]);
    assert.deepEqual(load({ providers: [], local_upstream: 'http://gpu.lan:9000' }).providers, [
      { name: 'local', upstream: 'http://gpu.lan:9000' },
    ]);
    const own = { name: 'local', upstream: 'http://127.0.0.1:7777', models: ['phi4'] };
    assert.deepEqual(load({ providers: [own] }).providers, [own]);
  });

  it('is not there where other providers are listed', () => {
    assert.deepEqual(load({ providers: ['openai'] }).providers, ['openai']);
    assert.deepEqual(load({ providers: [] }).providers, []);
  });

  it('keeps LM Studio’s port where LM Studio itself runs', () => {
    assert.equal(load({}).lmStudioPort, 1234);
    assert.equal(load({ lm_studio_port: 0 }).lmStudioPort, undefined);
    assert.equal(load({ runtime_backend: 'lmstudio' }).lmStudioPort, undefined);
    assert.equal(load({ runtime_backend: 'lmstudio', lm_studio_port: 1235 }).lmStudioPort, 1235);
    const elsewhere = { runtime_backend: 'lmstudio', local_upstream: 'http://127.0.0.1:4321/v1' };
    assert.equal(load(elsewhere).lmStudioPort, 1234);
  });

  it('is not taken to be at Candela’s own ports', () => {
    const conflicts = [
      { runtime_backend: 'lmstudio', lm_studio_port: 1234 },
      { local_upstream: 'http://localhost:8181/v1' },
      { local_upstream: 'http://[::1]:9999/v1', port: 9999 },
    ];
    for (const conflict of conflicts) assert.throws(() => load(conflict), ConfigError);
  });
});
