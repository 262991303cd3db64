import assert from 'node:assert/strict';
import type { Logger } from '../logger.ts';
import { ConfigError } from './parse-config.ts';
import { configuredProviders, type ProvidersContext } from './providers.ts';

const silent = (): void => undefined;
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

const upstreamOf = (name: string, context: Omit<ProvidersContext, 'logger'>): string | undefined =>
  configuredProviders([name], { ...context, logger }).get(name)?.upstream.href;

describe('configured providers', () => {
  it('are in their order, and none twice', () => {
    const context = { env: {}, logger };
    assert.deepEqual(
      [...configuredProviders(['anthropic-direct', 'openai'], context).keys()],
      ['anthropic-direct', 'openai'],
    );
    assert.throws(() => configuredProviders(['openai', { name: 'openai' }], context), ConfigError);
  });

  it('need the key they name', () => {
    const entries = [{ name: 'openai', api_key_env: 'OUR_KEY' }];
    assert.throws(() => configuredProviders(entries, { env: { OUR_KEY: '' }, logger }), /OUR_KEY is not set/);
  });

  it('need a project on Vertex AI, and are at its global address unless a region is named', () => {
    const project_id = 'our-project';
    assert.throws(
      () => upstreamOf('anthropic-vertex', { env: {} }),
      new ConfigError('providers: anthropic-vertex: needs vertex_ai.project_id in the configuration'),
    );
    assert.equal(
      upstreamOf('anthropic-vertex', { env: {}, vertexAi: { project_id } }),
      'https://aiplatform.googleapis.com/',
    );
    assert.equal(
      upstreamOf('anthropic-vertex', { env: {}, vertexAi: { project_id, region: 'us-east5' } }),
      'https://us-east5-aiplatform.googleapis.com/',
    );
  });

  it('need a region on Bedrock, from the configuration or where AWS’s tools look for it', () => {
    const at = (region: string): string => `https://bedrock-runtime.${region}.amazonaws.com/`;
    assert.throws(
      () => upstreamOf('anthropic-bedrock', { env: {}, aws: { profile: 'work' } }),
      new ConfigError('providers: anthropic-bedrock: needs aws.region in the configuration'),
    );
    const env = { AWS_REGION: 'eu-west-1' };
    assert.equal(upstreamOf('anthropic-bedrock', { env }), at('eu-west-1'));
    assert.equal(upstreamOf('anthropic-bedrock', { env, aws: { region: 'us-west-2' } }), at('us-west-2'));
    assert.equal(
      upstreamOf('anthropic-bedrock', { env: { AWS_DEFAULT_REGION: 'ap-south-1' } }),
      at('ap-south-1'),
    );
  });
});
