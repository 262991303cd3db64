import assert from 'node:assert/strict';
import { DirectiveError, readDirectives, withoutDirectives } from './directive.ts';

describe('directives', () => {
  it('are taken out of the text that is echoed', () => {
    assert.equal(withoutDirectives('Hi [usage in=1] there [tool] [sic]'), 'Hi  there  [sic]');
  });

  it('set counts, tools and length', () => {
    const { usage, toolCalls, answerChars, omitUsage } = readDirectives(
      '[usage in=1 out=2 cached=3 cache_write_5m=4 cache_write_1h=5 reasoning=6] [tool count=2] [answer chars=7]',
    );
    assert.deepEqual(usage, {
      inputTokens: 1,
      outputTokens: 2,
      cachedTokens: 3,
      cacheWrite5mTokens: 4,
      cacheWrite1hTokens: 5,
      reasoningTokens: 6,
    });
    assert.equal(toolCalls, 2);
    assert.equal(answerChars, 7);
    assert.equal(omitUsage, false);
    assert.equal(readDirectives('[usage none]').omitUsage, true);
  });

  it('name faults', () => {
    const text =
      '[fault trickle] [fault split at=5,17] [fault stall before_headers] [fault cut after=9 reset] ' +
      '[fault hold after_events=2] [fault half] [fault status code=429 retry_after=2] [fault br]';
    assert.deepEqual(readDirectives(text).faults, [
      { kind: 'trickle', bytes: 1 },
      { kind: 'split', at: [5, 17] },
      { kind: 'stall', after: 'before_headers' },
      { kind: 'cut', after: 9, reset: true },
      { kind: 'hold', after: { events: 2 } },
      { kind: 'half' },
      { kind: 'status', code: 429, retryAfterSeconds: 2 },
      { kind: 'encode', encoding: 'br' },
    ]);
  });

  it('fail when they do not read', () => {
    for (const text of [
      '[fault nonsense]',
      '[usage in=many]',
      '[usage inn=3]',
      '[fault cut after=1 rst]',
      '[tool 2]',
    ]) {
      assert.throws(() => readDirectives(text), DirectiveError, text);
    }
  });
});
