import assert from 'node:assert/strict';
import { bedrockCaching } from './bedrock-caching.ts';

describe('prompt caching on Bedrock', () => {
  it('is as far as the model goes', () => {
    const known = {
      'anthropic.claude-3-haiku-20240307-v1:0': 'off 1h',
      'anthropic.claude-3-5-sonnet-20241022-v2:0': 'off 1h',
      'us.anthropic.claude-3-5-haiku-20241022-v1:0': 'auto 5m',
      'us.anthropic.claude-3-7-sonnet-20250219-v1:0': 'auto 5m',
      'anthropic.claude-sonnet-4-20250514-v1:0': 'auto 5m',
      'anthropic.claude-opus-4-1-20250805-v1:0': 'auto 5m',
      'eu.anthropic.claude-haiku-4-5-20251001-v1:0': 'auto 1h',
      'anthropic.claude-opus-4-6-v1': 'auto 5m',
      'anthropic.claude-opus-4-8': 'auto 1h',
      'anthropic.claude-sonnet-5': 'auto 1h',
      'arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc': 'auto 5m',
    };
    for (const [model, expected] of Object.entries(known)) {
      const { mode, ttl } = bedrockCaching(model, { mode: 'auto', ttl: '1h' });
      assert.equal(`${mode} ${ttl}`, expected, model);
    }
  });

  it('leaves five minutes alone', () => {
    const settings = { mode: 'system-only', ttl: '5m' } as const;
    assert.deepEqual(bedrockCaching('anthropic.claude-sonnet-5', settings), settings);
  });
});
