import assert from 'node:assert/strict';
import { nanoUsdFromUsd } from '../../money/index.ts';
import { createPriceBook } from '../../pricing/index.ts';
import { modelCapsFrom, modelLimitReached } from './model-daily-limit.ts';

describe('model daily limit', () => {
  const prices = createPriceBook({
    models: [{ provider: 'openai', model: 'gpt-4o', aliases: ['house-model'] }],
  });
  const capOf = modelCapsFrom(
    new Map([
      ['gpt-4o', nanoUsdFromUsd(50)],
      ['gpt-4o-2024-05-13', nanoUsdFromUsd(1)],
      ['Claude-Opus-4.5', nanoUsdFromUsd(20)],
    ]),
  );
  const capNameOf = (provider: string, model: string): string | undefined => {
    const priced = prices.find(provider, model);
    assert.ok(priced, `${model} has a price`);
    return capOf(model, priced)?.model;
  };

  for (const [provider, model, cap] of [
    ['openai', 'gpt-4o', 'gpt-4o'],
    ['openai', 'GPT-4o', 'gpt-4o'],
    ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
    ['openai', 'gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['openai', 'house-model', 'gpt-4o'],
    ['openai', 'gpt-4o-mini', undefined],
    ['openai', 'gpt-4o-mini-2024-07-18', undefined],
    ['anthropic-direct', 'claude-opus-4-5', 'claude-opus-4-5'],
    ['anthropic-direct', 'claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['anthropic-vertex', 'claude-opus-4-5@20251101', 'claude-opus-4-5'],
    ['anthropic-bedrock', 'us.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5'],
  ] as const) {
    it(`of ${model} from ${provider} is ${cap === undefined ? 'none' : `that of ${cap}`}`, () =>
      assert.equal(capNameOf(provider, model), cap));
  }

  it('is refused with the amounts, and with what to do', () => {
    const cap = { model: 'gpt-4o', dailyLimit: nanoUsdFromUsd(50) };
    const refusal = modelLimitReached(cap, nanoUsdFromUsd(0.75), nanoUsdFromUsd(0.5));
    assert.deepEqual([refusal.type, refusal.status], ['model_daily_limit_exceeded', 402]);
    assert.match(refusal.message, /^\$0\.50 of the \$50\.00 .* gpt-4o .* up to \$0\.75: /);
  });
});
