import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asNanoUsd } from '../../money/index.ts';
import { atBatchPrice, costOf, createPriceBook, NO_USAGE, type PricedModel } from '../../pricing/index.ts';
import { openAiBatches } from './openai-batches.ts';
import { ResultsTally } from './results-tally.ts';

const prices = createPriceBook({});
const priceOf = (model = ''): PricedModel | undefined => {
  const priced = prices.find('openai', model);
  return priced && atBatchPrice(priced);
};
const DEAREST = asNanoUsd(1_000_000n);
const lineOf = (inputTokens: number, outputTokens: number, special: object = {}): string => {
  const usage = { prompt_tokens: inputTokens, completion_tokens: outputTokens };
  const body = { object: 'chat.completion', model: 'gpt-4o-mini-2024-07-18', choices: [], usage, ...special };
  return JSON.stringify({ id: 'x', custom_id: 'ü', response: { status_code: 200, body }, error: null });
};
const FAILED = '{"custom_id":"a","response":{"status_code":500,"body":{}},"error":null}';
const tallied = (
  chunks: readonly (string | Buffer)[],
  of: 'a known batch' | 'no known batch' = 'a known batch',
) => {
  const unreadableCost = of === 'a known batch' ? DEAREST : undefined;
  const tally = new ResultsTally({ api: openAiBatches, priceOf, unreadableCost });
  for (const chunk of chunks) tally.write(Buffer.from(chunk));
  tally.end();
  return tally.total();
};
const costOfOne = (inputTokens: number, outputTokens: number): bigint => {
  const model = priceOf('gpt-4o-mini');
  assert.ok(model);
  return costOf({ ...NO_USAGE, inputTokens, outputTokens }, model);
};

describe('what results of a batch come to', () => {
  it('is the sum of its answers at the price of a batch, wherever the bytes are cut', () => {
    const count = fc.nat(2_000_000);
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count)), fc.array(fc.nat(5_000)), (counts, cuts) => {
        const text = Buffer.from([...counts.map(([one, other]) => lineOf(one, other)), FAILED].join('\n'));
        const at = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b),
          text.length,
        ];
        const total = tallied(at.map((from, index) => text.subarray(from, at[index + 1] ?? from)));
        assert.equal(
          total.cost,
          counts.reduce((sum, [one, other]) => sum + costOfOne(one, other), 0n),
        );
        assert.deepEqual([total.succeeded, total.failed, total.unreadable], [counts.length, 1, 0]);
      }),
    );
  });

  it('has the tokens of all, and the models by how often they answered', () => {
    const total = tallied([[lineOf(1, 2, { model: 'gpt-4o' }), lineOf(3, 4), lineOf(5, 6)].join('\n')]);
    assert.deepEqual(total.models, ['gpt-4o-mini-2024-07-18', 'gpt-4o']);
    assert.deepEqual([total.usage.inputTokens, total.usage.outputTokens], [9, 12]);
  });

  it('takes what cannot be read for the dearest request of the batch: unknown is never zero', () => {
    const unreadable = [
      ...['no json', '{"a":', '[]', '{"custom_id":"a"}', lineOf(1, 1, { usage: undefined })],
      lineOf(1, 1, { model: 'no-such-model' }),
    ];
    for (const line of unreadable) {
      const { cost, succeeded, unreadable: count } = tallied([`${lineOf(40, 50)}\n${line}`]);
      assert.deepEqual([cost, succeeded, count], [costOfOne(40, 50) + DEAREST, 2, 1], line);
      assert.equal(tallied([line]).cost, DEAREST);
    }
  });

  it('is nothing for a file that is not known to be of a batch and does not begin like one', () => {
    for (const text of ['', '{"messages":[]}\n', '{\n "a": 1\n}', '\u0000PNG', `{"a":1}\n${lineOf(1, 1)}`]) {
      const total = tallied([text], 'no known batch');
      assert.deepEqual([total.cost, total.succeeded, total.unreadable], [0n, 0, 0]);
    }
    assert.equal(tallied([lineOf(40, 50)], 'no known batch').cost, costOfOne(40, 50));
    assert.equal(tallied([`${FAILED}\n${lineOf(40, 50)}`], 'no known batch').cost, costOfOne(40, 50));
  });

  it('takes what cannot be read for the dearest answer before it, where no more is known', () => {
    const text = [lineOf(40, 50), lineOf(4, 5), 'no json', lineOf(1, 1, { model: 'no-such-model' })].join(
      '\n',
    );
    const { cost, unreadable } = tallied([text], 'no known batch');
    assert.deepEqual([cost, unreadable], [3n * costOfOne(40, 50) + costOfOne(4, 5), 2]);
  });

  it('is estimated from what was written where nothing else is known', () => {
    const choices = [{ message: { content: 'x'.repeat(400) } }];
    const total = tallied([lineOf(0, 0, { usage: undefined, choices })], 'no known batch');
    assert.ok(total.cost >= costOfOne(0, 100));
    assert.equal(total.unreadable, 1);
  });
});
