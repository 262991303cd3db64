import assert from 'node:assert/strict';
import { settingsWith, withChange, type Settings } from './settings.ts';

const gpt = { provider: 'openai', model: 'gpt-x', input_per_million: 1, output_per_million: 2 };
const claude = {
  provider: 'anthropic',
  model: 'claude-opus-4.7',
  input_per_million: 3,
  output_per_million: 4,
};
const file: Settings = {
  pricing: { discount_percent: 0.1, models: [{ ...gpt, discount_percent: 0.5 }, claude] },
  caching: { anthropic: 'auto', cache_ttl: '1h', gemini_cache_discount: null },
  capture_content: true,
};

describe('settings at run time', () => {
  it('are the file’s where nothing was set', () => {
    assert.deepEqual(settingsWith(file, {}), file);
  });

  it('go before the file, each key by itself', () => {
    const set = {
      pricing: { discount_percent: 0 },
      caching: { cache_ttl: '5m' as const },
      capture_content: false,
    };
    assert.deepEqual(settingsWith(file, set), {
      pricing: { ...file.pricing, discount_percent: 0 },
      caching: { ...file.caching, cache_ttl: '5m' },
      capture_content: false,
    });
  });

  it('take the place of the file’s price of the same provider and model as a whole, other spellings too', () => {
    const set = {
      pricing: {
        models: [
          { ...gpt, input_per_million: 9 },
          { ...claude, model: 'Claude-Opus-4-7' },
        ],
      },
    };
    assert.deepEqual(settingsWith(file, set).pricing.models, set.pricing.models);
    const elsewhere = { pricing: { models: [{ ...gpt, provider: 'other' }] } };
    assert.equal(settingsWith(file, elsewhere).pricing.models.length, 3);
  });

  it('grow with each change, the later one counting', () => {
    const first = withChange({}, { pricing: { models: [gpt] }, caching: { anthropic: 'off' } });
    const dearer = { ...gpt, input_per_million: 5 };
    const second = withChange(first, {
      pricing: { discount_percent: 0.2, models: [claude, dearer] },
      caching: { gemini_cache_discount: 0.3 },
      capture_content: false,
    });
    assert.deepEqual(second, {
      pricing: { discount_percent: 0.2, models: [claude, dearer] },
      caching: { anthropic: 'off', gemini_cache_discount: 0.3 },
      capture_content: false,
    });
    assert.deepEqual(withChange(second, {}), second);
  });

  it('may take a Gemini discount back to what the price list says', () => {
    const set = withChange(
      { caching: { gemini_cache_discount: 0.3 } },
      { caching: { gemini_cache_discount: null } },
    );
    assert.equal(settingsWith(file, set).caching.gemini_cache_discount, null);
  });
});
