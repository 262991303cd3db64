import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anthropicUsageForTest, openAiUsageForTest } from './testing/usage-readers.ts';
import { deltaUsageToAnthropic, laterUsage, usageToAnthropic, usageToOpenAi } from './usage.ts';

const count = fc.nat(10_000_000);

describe('usage', () => {
  it('costs the same read from either side', () => {
    fc.assert(
      fc.property(count, count, count, count, (input, read, written, output) => {
        const usage = {
          input_tokens: input,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: written,
          output_tokens: output,
        };
        const translated = usageToOpenAi(usage);
        assert.deepEqual(openAiUsageForTest({ ...translated }), anthropicUsageForTest(usage));
        const back = usageToAnthropic({ ...translated });
        assert.deepEqual(anthropicUsageForTest({ ...back }), anthropicUsageForTest(usage));
        assert.deepEqual({ ...back, ...deltaUsageToAnthropic({ ...translated }) }, back);
      }),
    );
  });

  it('counts for nothing what is no count', () => {
    const wrong = { input_tokens: -1, output_tokens: Number.NaN, cache_read_input_tokens: '7' };
    assert.deepEqual(usageToOpenAi(wrong), {
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    });
    assert.equal(usageToAnthropic({ prompt_tokens: 1e300 }).input_tokens, 0);
    const more = { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9, cache_write_tokens: 9 } };
    assert.equal(usageToAnthropic(more).input_tokens, 0);
  });

  it('lets a later report replace what it repeats, and keep the rest', () => {
    const before = { input_tokens: 5, output_tokens: 1 };
    assert.deepEqual(laterUsage(before, { input_tokens: null, output_tokens: 9 }), {
      input_tokens: 5,
      output_tokens: 9,
    });
    assert.deepEqual(laterUsage(before, null), before);
  });
});
