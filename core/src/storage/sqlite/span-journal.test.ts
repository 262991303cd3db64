import assert from 'node:assert/strict';
import { anLlmSpan, aSpan, nano } from '../contract-suites/span-fixture.ts';
import { spanFromJournal, spanToJournal } from './span-journal.ts';

describe('span journal', () => {
  it('gives a span back as it was, but for the captured texts', () => {
    const span = anLlmSpan(
      {
        name: 'chat "x" \u2028 \ud83d\ude00',
        attributes: [
          { key: 'whole', value: 9_007_199_254_740_993n },
          { key: 'real', value: 0.1 },
          { key: 'text', value: '{"$n":"5"}' },
          { key: 'truth', value: false },
        ],
        labels: { team: 'a', ['__proto__x']: 'b' },
      },
      {
        costNanoUsd: nano(2n ** 62n),
        temperature: 0.2,
        inputContent: 'secret prompt',
        outputContent: 'secret',
      },
    );
    const line = spanToJournal(span);
    assert.equal(/secret/.test(line), false);
    const genAi = span.genAi && { ...span.genAi, inputContent: '', outputContent: '' };
    assert.deepEqual(spanFromJournal(line), { ...span, genAi });
  });

  it('gives back an entry of an earlier version', () => {
    const span = anLlmSpan({}, { costNanoUsd: nano(7n), inputContent: '', outputContent: '' });
    const whole = (_key: string, value: unknown): unknown =>
      typeof value === 'bigint' ? { $n: value.toString() } : value;
    assert.deepEqual(spanFromJournal(JSON.stringify(span, whole)), span);
  });

  it('keeps a span that is no model call', () => {
    const span = aSpan();
    assert.deepEqual(spanFromJournal(spanToJournal(span)), span);
  });
});
