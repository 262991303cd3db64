import assert from 'node:assert/strict';
import { createChangingPriceBook } from './changing-price-book.ts';
import { createPriceBook } from './price-book.ts';

const price = (usd: number, model = 'gpt-4o') => ({
  ...{ provider: 'openai', model },
  ...{ input_per_million: usd, output_per_million: usd },
});
const LIST_PRICE = createPriceBook().find('openai', 'gpt-4o')?.rates.input;

describe('a price book that changes', () => {
  it('has the new price from the next look-up on, though the old one was looked up before', () => {
    const book = createChangingPriceBook();
    const input = () => book.find('openai', 'gpt-4o')?.rates.input;
    assert.equal(input(), LIST_PRICE);
    book.change({ models: [price(7)] });
    assert.equal(input(), 7_000_000_000n);
    book.change({ models: [] });
    assert.equal(input(), LIST_PRICE);
  });

  it('finds, resolves and lists a model that it did not have', () => {
    const book = createChangingPriceBook();
    assert.equal(book.resolve('gpt-99', ['openai']), undefined);
    book.change({ models: [price(7, 'gpt-99-2027-01-01')] });
    assert.equal(book.resolve('gpt-99', ['openai'])?.modelId, 'gpt-99-2027-01-01');
    assert.ok(book.list('openai').some(({ modelId }) => modelId === 'gpt-99-2027-01-01'));
  });

  it('leaves the sources that are not named, and takes away those that are undefined', () => {
    const book = createChangingPriceBook({ models: [price(7)], discountPercent: 0.5 });
    book.change({ geminiCacheReadFraction: 0.9 });
    assert.equal(book.find('openai', 'gpt-4o')?.rates.input, 7_000_000_000n);
    assert.equal(book.find('openai', 'gpt-4o')?.globalDiscountPpb, 500_000_000n);
    const gemini = () => book.find('google', 'gemini-2.5-pro')?.rates.cacheRead;
    const raised = gemini();
    book.change({ geminiCacheReadFraction: undefined });
    assert.notEqual(gemini(), raised);
    assert.equal(gemini(), createPriceBook().find('google', 'gemini-2.5-pro')?.rates.cacheRead);
  });

  it('has cached Gemini tokens at the share that is set, of models that no list knows too', () => {
    const model = { ...price(4, 'gemini-9-flash'), provider: 'google' };
    const stated = { ...model, model: 'gemini-9-pro', cache_read_per_million: 3 };
    const book = createChangingPriceBook({ models: [model, stated] });
    const cacheRead = (id: string) => book.find('google', id)?.rates.cacheRead;
    assert.equal(cacheRead('gemini-9-flash'), 400_000_000n);
    book.change({ geminiCacheReadFraction: 0.5 });
    assert.equal(cacheRead('gemini-9-flash'), 2_000_000_000n);
    assert.equal(cacheRead('gemini-9-pro'), 3_000_000_000n);
  });

  it('keeps what a snapshot saw', () => {
    const book = createChangingPriceBook();
    const before = book.snapshot();
    book.change({ models: [price(7)] });
    assert.equal(before.find('openai', 'gpt-4o')?.rates.input, LIST_PRICE);
    assert.equal(book.snapshot().find('openai', 'gpt-4o')?.rates.input, 7_000_000_000n);
    assert.equal(before.snapshot(), before);
  });

  it('stays as it was when a change is no price, or is only checked', () => {
    const book = createChangingPriceBook({ models: [price(7)] });
    assert.throws(() => book.change({ models: [price(-1)] }), RangeError);
    assert.throws(() => book.check({ discountPercent: 2 }), RangeError);
    book.check({ models: [price(8)] });
    assert.equal(book.find('openai', 'gpt-4o')?.rates.input, 7_000_000_000n);
  });
});
