import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BudgetFigures } from './budget-figures.ts';
import { formatCompactCount, formatPercent, formatShare } from './figure-format.ts';
import { DEFAULT_STATUS_SETTINGS, STATUS_FORMATS } from '../status/status-input.ts';
import { statusModel } from '../status/status-model.ts';

const NOW = Date.UTC(2026, 10, 21, 13, 2);
const RECEIVED = NOW - 12 * 3_600_000;

const usd = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 1e-9, 0.005, 0.009999999, 9.995),
);
const figures: fc.Arbitrary<BudgetFigures> = fc.record(
  {
    spentUsd: usd,
    tokens: fc.nat(2 ** 31 - 1).map((count) => count * 1_000),
    grants: fc.constant([]),
    budget: fc.record({ limitUsd: usd, remainingUsd: usd }),
    totalRemainingUsd: usd,
    resetsAtUnixMs: fc.integer({ min: NOW - 86_400_000, max: NOW + 86_400_000 }),
  },
  { requiredKeys: ['spentUsd', 'tokens', 'grants'] },
);
const format = fc.constantFrom(...STATUS_FORMATS);
const settingsWith = (chosen: (typeof STATUS_FORMATS)[number]) => ({
  ...DEFAULT_STATUS_SETTINGS,
  format: chosen,
});

describe('formatShare', () => {
  it('has one decimal below ten, none above, and knows no end', () => {
    assert.deepEqual([0, 0.0004, 0.001, 0.094, 0.09999, 0.1, 0.342, 0.9999, 1, 1.04, 12.5].map(formatShare), [
      '0.0 %',
      '<0.1 %',
      '0.1 %',
      '9.4 %',
      '9.9 %',
      '10 %',
      '34 %',
      '99 %',
      '100 %',
      '104 %',
      '1250 %',
    ]);
  });

  it('never names a whole percent that is not reached, nor nothing where there is something', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 100, noNaN: true }), (fraction) => {
        const shown = formatShare(fraction);
        assert.doesNotMatch(shown, /NaN|Infinity|^0\.0 /);
        assert.ok(shown.startsWith('<') || Number.parseFloat(shown) <= fraction * 100 + 1e-6, shown);
      }),
    );
  });

  it('shows a decimal share as it is written', () => {
    for (let tenths = 1; tenths < 100; tenths += 1) {
      assert.equal(formatShare(tenths / 1000), `${(tenths / 10).toFixed(1)} %`);
    }
    for (let percent = 10; percent < 200; percent += 1)
      assert.equal(formatShare(percent / 100), `${percent} %`);
  });
});

describe('formatPercent', () => {
  it('has one decimal, and says of a budget what the status bar says', () => {
    assert.deepEqual([0, 0.0004, 0.342, 0.7999, 0.79996, 0.99951, 1, 1.04].map(formatPercent), [
      '0.0 %',
      '<0.1 %',
      '34.2 %',
      '79.9 %',
      '79.9 %',
      '99.9 %',
      '100.0 %',
      '104.0 %',
    ]);
  });
});

describe('formatCompactCount', () => {
  it('has three digits at most', () => {
    assert.deepEqual(
      [0, 7, 999, 1_000, 1_234, 45_678, 999_999, 1_000_000, 1_234_567, 5e9, 7.1e12, 1e15].map(
        formatCompactCount,
      ),
      ['0', '7', '999', '1.00k', '1.23k', '45.6k', '999k', '1.00M', '1.23M', '5.00G', '7.10T', '1000T'],
    );
  });
});

describe('the text in the status bar, whatever the figures', () => {
  it('is a figure of today, or "--"; never NaN, never nothing for something', () => {
    fc.assert(
      fc.property(figures, format, (known, chosen) => {
        const { text, alignedText, tooltipMarkdown, accessibilityLabel } = statusModel({
          connection: { state: 'online' },
          lastKnown: { figures: known, receivedAtUnixMs: RECEIVED },
          settings: settingsWith(chosen),
          nowUnixMs: NOW,
        });
        assert.doesNotMatch(
          text + alignedText + tooltipMarkdown + accessibilityLabel,
          /NaN|undefined|Infinity|null/,
        );
        assert.equal(alignedText.trimStart(), text);
        const { resetsAtUnixMs = Infinity } = known;
        const isOver = resetsAtUnixMs > RECEIVED && resetsAtUnixMs <= NOW;
        assert.equal(text === '--', isOver);
        const readsAsNothing = /^(\$0\.00(?!\d)|0\.0 %)/.test(text);
        assert.ok(!readsAsNothing || known.spentUsd < 5e-10, `${text} for ${known.spentUsd}`);
      }),
    );
  });

  it('is "--" and no amount of today wherever nothing is known', () => {
    const state = fc.constantFrom(
      { state: 'connecting' } as const,
      { state: 'online' } as const,
      { state: 'offline', reason: 'nothing answers', sinceUnixMs: NOW } as const,
    );
    fc.assert(
      fc.property(state, format, (connection, chosen) => {
        const { text, alignedText, tooltipMarkdown, accessibilityLabel, severity } = statusModel({
          ...{ connection, settings: settingsWith(chosen), nowUnixMs: NOW },
        });
        assert.deepEqual([text, alignedText, severity], ['--', '--', 'offline']);
        assert.doesNotMatch(tooltipMarkdown + accessibilityLabel, /\d\.\d\d|NaN|undefined/);
      }),
    );
  });

  it('is "--" while the daemon is away, whatever was seen last', () => {
    fc.assert(
      fc.property(figures, format, (known, chosen) => {
        const model = statusModel({
          connection: { state: 'offline', reason: 'nothing answers', sinceUnixMs: NOW },
          lastKnown: { figures: known, receivedAtUnixMs: NOW },
          ...{ settings: settingsWith(chosen), nowUnixMs: NOW },
        });
        assert.deepEqual([model.text, model.alignedText], ['--', '--']);
        assert.match(model.tooltipMarkdown, /last seen/);
      }),
    );
  });
});
