import assert from 'node:assert/strict';
import fc from 'fast-check';

import type { Clock } from '../clock.ts';
import { costOf } from './calculator.ts';
import { createPriceBook } from './price-book.ts';
import type { PriceBook } from './price-book.ts';
import { clockAt } from './testing/priced-models.ts';
import { NO_USAGE } from './token-usage.ts';

const clock = clockAt('2026-11-21');
const prices = createPriceBook({ clock });

describe('PriceBook.find', () => {
  const spellings: readonly (readonly [provider: string, asked: string, meant: string])[] = [
    ['anthropic', 'claude-opus-4-7', 'claude-opus-4-7'],
    ['anthropic', 'claude-opus-4.7', 'claude-opus-4-7'],
    ['anthropic', 'Claude-Opus-4.7', 'claude-opus-4-7'],
    ['anthropic', 'claude-opus-4-7-20260416', 'claude-opus-4-7'],
    ['anthropic', 'claude-opus-4-7@default', 'claude-opus-4-7'],
    ['anthropic-vertex', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['anthropic-direct', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['anthropic-direct', 'claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    ['anthropic-direct', 'claude-sonnet-4', 'claude-sonnet-4-0'],
    ['anthropic-direct', 'claude-3-5-sonnet-latest', 'claude-3-5-sonnet'],
    ['anthropic-direct', 'claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
    ['anthropic', 'anthropic/claude-opus-4.7', 'claude-opus-4-7'],
    [
      'anthropic-bedrock',
      'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      'anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
    ['anthropic-bedrock', 'claude-haiku-4-5', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    [
      'anthropic-bedrock',
      'global.anthropic.claude-haiku-4-5-20251001-v1:0',
      'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
    [
      'anthropic-bedrock',
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
    ['openai', 'gpt-4o-2099-01-01', 'gpt-4o'],
    ['openai', 'gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['openai', 'gpt-4-1', 'gpt-4.1'],
    ['google', 'models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gemini-oai', 'google/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['google', 'gemini-2.5-pro-preview-06-05', 'gemini-2.5-pro'],
  ];
  for (const [provider, asked, meant] of spellings) {
    it(`takes ${asked} at ${provider} for ${meant}`, () => {
      assert.equal(prices.find(provider, asked)?.modelId, meant);
    });
  }

  it('knows an id of another provider at last', () => {
    assert.equal(prices.find('google', 'claude-opus-4-7')?.provider, 'anthropic');
    assert.equal(prices.find('no-such-provider', 'gpt-4o')?.provider, 'openai');
  });

  it('does not price what nobody lists', () => {
    for (const modelId of ['', 'no-such-model', 'gpt', 'claude', 'toString', '__proto__', 'gpt-4o\n', 'a/']) {
      assert.equal(prices.find('openai', modelId), undefined, modelId);
    }
  });

  it('charges nothing for any local model', () => {
    const model = prices.find('local', 'whatever:70b');
    assert.ok(model);
    assert.equal(model.source, 'local');
    assert.equal(costOf({ ...NO_USAGE, inputTokens: 1e6, outputTokens: 1e6 }, model), 0n);
  });

  it('changes the price at the midnight it changes, without a new book', () => {
    let now = Date.parse('2026-12-31T23:59:59.999Z');
    const moving: Clock = { nowUnixMs: () => now, monotonicMs: () => 0 };
    const book = createPriceBook({ clock: moving });
    assert.equal(book.find('google', 'gemini-3.6-flash')?.rates.input, 750_000_000n);
    now += 1;
    assert.equal(book.find('google', 'gemini-3.6-flash')?.rates.input, 1_500_000_000n);
  });

  it('answers any id without failing, and the same one twice', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ maxLength: 20 }),
        (modelId, provider) => {
          assert.deepEqual(prices.find(provider, modelId), prices.find(provider, modelId));
        },
      ),
    );
  });

  it('does not look for an id that is longer than any can be', () => {
    assert.equal(prices.find('anthropic', `claude-opus-4-7${'-'.repeat(300)}`), undefined);
  });
});

describe('price overrides', () => {
  const negotiated = {
    provider: 'google',
    model: 'gemini-3.5-flash',
    input_per_million: 0.4,
    output_per_million: 2.4,
  };

  it('replace the list price, under every name the provider goes by', () => {
    const book = createPriceBook({ clock, models: [negotiated] });
    const viaOpenAiFormat = book.find('gemini-oai', 'models/gemini-3.5-flash');
    assert.equal(viaOpenAiFormat?.source, 'config');
    assert.equal(viaOpenAiFormat?.rates.input, 400_000_000n);
    assert.equal(viaOpenAiFormat?.rates.output, 2_400_000_000n);
    assert.equal(book.find('google', 'gemini-3.5-flash')?.rates.cacheRead, 40_000_000n);
  });

  it('apply to other spellings and dates of the model, not to a model with its own price', () => {
    const book = createPriceBook({
      clock,
      models: [
        { provider: 'anthropic', model: 'claude-opus-4.7', input_per_million: 1, output_per_million: 2 },
        { provider: 'openai', model: 'gpt-4o', input_per_million: 1, output_per_million: 2 },
      ],
    });
    assert.equal(book.find('anthropic', 'claude-opus-4-7')?.source, 'config');
    assert.equal(book.find('anthropic-vertex', 'claude-opus-4-7@20260416')?.source, 'config');
    assert.equal(book.find('openai', 'gpt-4o-2024-08-06')?.source, 'config');
    assert.equal(book.find('openai', 'gpt-4o-2024-05-13')?.source, 'list');
    assert.equal(book.find('openai', 'gpt-4o-mini')?.source, 'list');
  });

  it('come second to the catalog and before the models a provider brings along', () => {
    const at = (input: number): typeof negotiated => ({ ...negotiated, input_per_million: input });
    const sourceOf = (book: PriceBook): string | undefined => book.find('google', 'gemini-3.5-flash')?.source;
    assert.equal(
      sourceOf(createPriceBook({ catalog: [at(1)], models: [at(2)], extraModels: [at(3)] })),
      'catalog',
    );
    assert.equal(sourceOf(createPriceBook({ models: [at(2)], extraModels: [at(3)] })), 'config');
    assert.equal(sourceOf(createPriceBook({ extraModels: [at(3)] })), 'extra');
    assert.equal(sourceOf(createPriceBook()), 'list');
  });

  it('keep the proportion of cache prices the model has in the list, else the rule of the provider', () => {
    const half = (provider: string, model: string): { cacheRead: bigint; cacheWrite1h: bigint } => {
      const book = createPriceBook({
        clock,
        models: [{ provider, model, input_per_million: 0.5, output_per_million: 1 }],
      });
      const rates = book.find(provider, model)?.rates;
      assert.ok(rates);
      return { cacheRead: rates.cacheRead, cacheWrite1h: rates.cacheWrite1h };
    };
    assert.deepEqual(half('openai', 'gpt-5'), { cacheRead: 50_000_000n, cacheWrite1h: 500_000_000n });
    assert.deepEqual(half('openai', 'gpt-4o'), { cacheRead: 250_000_000n, cacheWrite1h: 500_000_000n });
    assert.deepEqual(half('openai', 'brand-new'), { cacheRead: 250_000_000n, cacheWrite1h: 500_000_000n });
    assert.deepEqual(half('anthropic', 'claude-new'), {
      cacheRead: 50_000_000n,
      cacheWrite1h: 1_000_000_000n,
    });
    assert.deepEqual(half('google', 'gemini-9-pro'), { cacheRead: 50_000_000n, cacheWrite1h: 500_000_000n });
    assert.deepEqual(half('google', 'gemini-1.5-x'), { cacheRead: 125_000_000n, cacheWrite1h: 500_000_000n });
    assert.deepEqual(half('demo', 'demo-small'), { cacheRead: 500_000_000n, cacheWrite1h: 500_000_000n });
  });

  it('take cache prices, a tier, limits and aliases as they are written', () => {
    const book = createPriceBook({
      clock,
      models: [
        {
          provider: 'demo',
          model: 'demo-1',
          aliases: ['demo-one'],
          input_per_million: 1,
          output_per_million: 2,
          cache_read_per_million: 0.25,
          cache_write_per_million: 3,
          input_per_million_high: 4,
          output_per_million_high: 5,
          tier_threshold_tokens: 1000,
          context_window: 8000,
          max_output_tokens: 500,
          display_name: 'Demo',
        },
      ],
    });
    const model = book.find('demo', 'demo-one');
    assert.deepEqual(model, {
      provider: 'demo',
      modelId: 'demo-1',
      displayName: 'Demo',
      contextWindowTokens: 8000,
      maxOutputTokens: 500,
      rates: {
        input: 1_000_000_000n,
        output: 2_000_000_000n,
        cacheRead: 250_000_000n,
        cacheWrite5m: 3_000_000_000n,
        cacheWrite1h: 3_000_000_000n,
      },
      tiers: [
        {
          aboveInputTokens: 1000,
          rates: {
            input: 4_000_000_000n,
            output: 5_000_000_000n,
            cacheRead: 4_000_000_000n,
            cacheWrite5m: 4_000_000_000n,
            cacheWrite1h: 4_000_000_000n,
          },
        },
      ],
      source: 'config',
      discountPpb: 0n,
      globalDiscountPpb: 0n,
    });
  });

  it('may be a discount alone, over list prices that change with time', () => {
    const models = [{ provider: 'google', model: 'gemini-3.6-flash', discount_percent: 0.25 }];
    const rateOn = (day: string): readonly unknown[] => {
      const model = createPriceBook({ clock: clockAt(day), models }).find('google', 'gemini-3.6-flash');
      return [model?.source, model?.rates.input, model?.discountPpb];
    };
    assert.deepEqual(rateOn('2026-11-21'), ['config', 750_000_000n, 250_000_000n]);
    assert.deepEqual(rateOn('2027-01-01'), ['config', 1_500_000_000n, 250_000_000n]);
  });

  it('may price a model at zero by saying so', () => {
    const free = { provider: 'openai', model: 'free', input_per_million: 0, output_per_million: 0 };
    assert.equal(createPriceBook({ models: [free] }).find('openai', 'free')?.rates.input, 0n);
  });

  const broken: readonly (readonly [overrides: object, message: RegExp])[] = [
    [{ input_per_million: -1, output_per_million: 1 }, /pricing\.models\[0\]\.input_per_million/],
    [{ input_per_million: Number.NaN, output_per_million: 1 }, /pricing\.models\[0\]\.input_per_million/],
    [{ input_per_million: 1 }, /pricing\.models\[0\]\.output_per_million is missing/],
    [{ discount_percent: 0.5 }, /pricing\.models\[0\]\.input_per_million is missing/],
    [
      { input_per_million: 1, output_per_million: 1, discount_percent: 15 },
      /discount_percent must be a fraction from 0 to 1, got 15: write 0\.15 for 15 %/,
    ],
    [{ input_per_million: 1, output_per_million: 1, tier_threshold_tokens: 1.5 }, /tier_threshold_tokens/],
    [
      { provider: '', input_per_million: 1, output_per_million: 1 },
      /pricing\.models\[0\]\.provider is missing/,
    ],
  ];
  for (const [override, message] of broken) {
    it(`refuse ${JSON.stringify(override)}`, () => {
      const models = [{ provider: 'openai', model: 'brand-new', ...override }];
      assert.throws(() => createPriceBook({ models }), { name: 'RangeError', message });
    });
  }

  it('refuse a global discount that is no fraction', () => {
    for (const discountPercent of [-0.1, 1.1, 10, Number.NaN]) {
      assert.throws(() => createPriceBook({ discountPercent }), /pricing\.discount_percent/);
    }
  });

  it('can set what a cached Gemini token costs', () => {
    const book = createPriceBook({ clock, geminiCacheReadFraction: 0.2 });
    const pro = book.find('google', 'gemini-2.5-pro');
    assert.equal(pro?.rates.cacheRead, 250_000_000n);
    assert.equal(pro?.tiers[0]?.rates.cacheRead, 500_000_000n);
    assert.equal(book.find('openai', 'gpt-4o')?.rates.cacheRead, 1_250_000_000n);
  });
});

describe('PriceBook.list', () => {
  it('offers every model by the ids its provider answers to, each once and priced', () => {
    for (const provider of ['openai', 'google', 'anthropic', 'anthropic-bedrock']) {
      const models = prices.list(provider);
      assert.ok(models.length > 10, provider);
      assert.equal(new Set(models.map(({ modelId }) => modelId)).size, models.length);
      const other = models.filter(({ modelId, rates }) => prices.find(provider, modelId)?.rates !== rates);
      assert.deepEqual(other, []);
    }
  });

  it('names dated ids, no made-up ones', () => {
    const idsOf = (provider: string): readonly string[] =>
      prices.list(provider).map(({ modelId }) => modelId);
    const claude = idsOf('anthropic-direct');
    for (const id of ['claude-sonnet-4-20250514', 'claude-sonnet-4-5-20250929', 'claude-opus-4-7']) {
      assert.ok(claude.includes(id), id);
    }
    const noIds = /[:/]|-$|^regional|^gpt-35|realtime|-tts/;
    const made = ['openai', 'google', 'anthropic'].flatMap(idsOf).filter((id) => noIds.test(id));
    assert.deepEqual(made, []);
    assert.ok(idsOf('anthropic-bedrock').includes('anthropic.claude-haiku-4-5-20251001-v1:0'));
  });

  it('adds what the configuration prices, and another spelling of a listed id not twice', () => {
    const book = createPriceBook({
      clock,
      models: [
        { provider: 'openai', model: 'gpt-house', input_per_million: 1, output_per_million: 1 },
        { provider: 'anthropic', model: 'claude-opus-4.7', input_per_million: 1, output_per_million: 1 },
      ],
      extraModels: [{ provider: 'demo', model: 'demo-small', input_per_million: 1, output_per_million: 1 }],
    });
    assert.equal(book.list('openai').find(({ modelId }) => modelId === 'gpt-house')?.source, 'config');
    const opus = book.list('anthropic').filter(({ modelId }) => /opus-4.7/.test(modelId));
    assert.deepEqual(
      opus.map(({ modelId, source }) => [modelId, source]),
      [['claude-opus-4-7', 'config']],
    );
    assert.deepEqual(
      book.list('demo').map(({ modelId }) => modelId),
      ['demo-small'],
    );
  });

  it('has nothing for local and for unknown providers', () => {
    assert.deepEqual(prices.list('local'), []);
    assert.deepEqual(prices.list('nobody'), []);
  });
});

describe('PriceBook.resolve', () => {
  const providers = ['openai', 'gemini-oai', 'anthropic', 'anthropic-direct', 'anthropic-bedrock'];
  const cases: readonly (readonly [asked: string, provider: string, modelId: string])[] = [
    ['gpt-4o', 'openai', 'gpt-4o'],
    ['claude-sonnet-4', 'anthropic', 'claude-sonnet-4-20250514'],
    ['claude-sonnet-4-20250514', 'anthropic', 'claude-sonnet-4-20250514'],
    ['claude-opus-4.7', 'anthropic', 'claude-opus-4-7'],
    ['claude-haiku-4', 'anthropic', 'claude-haiku-4-5-20251001'],
    ['claude-3-5-sonnet', 'anthropic', 'claude-3-5-sonnet-20241022'],
    ['gemini-2.5-pro', 'gemini-oai', 'gemini-2.5-pro'],
    ['claude-opus-4-7-20990101', 'anthropic', 'claude-opus-4-7-20990101'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'anthropic', 'claude-haiku-4-5-20251001'],
  ];
  for (const [asked, provider, modelId] of cases) {
    it(`takes ${asked} for ${modelId} of ${provider}`, () => {
      const resolved = prices.resolve(asked, providers);
      assert.deepEqual([resolved?.provider, resolved?.modelId], [provider, modelId]);
      assert.equal(resolved?.model.rates, prices.find(provider, modelId)?.rates);
    });
  }

  it('does not guess', () => {
    for (const asked of [
      'claude',
      'claude-sonnet',
      'gpt',
      'gemini',
      'g',
      '',
      '-',
      'claude-sonn',
      'x'.repeat(1000),
    ]) {
      assert.equal(prices.resolve(asked, providers), undefined, asked);
    }
  });

  it('takes an alias of the configuration for the model it is one of', () => {
    const model = { provider: 'demo', model: 'demo-1', input_per_million: 1, output_per_million: 1 };
    const book = createPriceBook({ clock, extraModels: [{ ...model, aliases: ['small'] }] });
    assert.deepEqual(book.resolve('small', ['openai', 'demo']), {
      provider: 'demo',
      modelId: 'demo-1',
      model: book.find('demo', 'demo-1'),
    });
  });

  it('resolves only among the providers there are, and never to local', () => {
    assert.equal(prices.resolve('claude-sonnet-4', ['openai']), undefined);
    assert.equal(prices.resolve('gpt-4o', ['anthropic', 'local']), undefined);
    assert.equal(prices.resolve('llama3', ['local']), undefined);
    assert.equal(prices.resolve('claude-sonnet-4', [])?.provider, undefined);
    assert.equal(prices.resolve('gpt-4o')?.provider, 'openai');
  });
});
