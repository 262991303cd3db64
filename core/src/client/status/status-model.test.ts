import assert from 'node:assert/strict';
import type { BudgetFigures } from '../figures/budget-figures.ts';
import { DEFAULT_STATUS_SETTINGS, type StatusInput, type StatusSettings } from './status-input.ts';
import { statusModel } from './status-model.ts';

const NOW = Date.UTC(2026, 10, 21, 13, 2);

const FIGURES: BudgetFigures = {
  spentUsd: 3.42,
  tokens: 1_234_567,
  budget: { limitUsd: 10, remainingUsd: 6.58 },
  grants: [],
  totalRemainingUsd: 6.58,
  resetsAtUnixMs: Date.UTC(2026, 10, 22),
  usage: { calls: 12, costUsd: 3.42, models: [] },
};

function online(figures: Partial<BudgetFigures> = {}, settings: Partial<StatusSettings> = {}): StatusInput {
  return {
    connection: { state: 'online' },
    lastKnown: { figures: { ...FIGURES, ...figures }, receivedAtUnixMs: NOW - 2_000 },
    settings: { ...DEFAULT_STATUS_SETTINGS, timeZone: 'Europe/Berlin', ...settings },
    nowUnixMs: NOW,
  };
}

function withoutBudget(): BudgetFigures {
  const { budget: _budget, totalRemainingUsd: _rest, ...figures } = FIGURES;
  return figures;
}

describe('statusModel, the text', () => {
  it('shows spend against the budget', () => {
    assert.equal(statusModel(online()).text, '$3.42 / $10.00');
  });

  it('shows spend alone where no budget is set', () => {
    const input = { ...online(), lastKnown: { figures: withoutBudget(), receivedAtUnixMs: NOW } };
    const model = statusModel(input);
    assert.equal(model.text, '$3.42');
    assert.equal(model.severity, 'ok');
    assert.match(model.tooltipMarkdown, /\| Budget \| none set \|/);
  });

  it('does not clamp an overage', () => {
    const model = statusModel(online({ spentUsd: 12.5 }));
    assert.equal(model.text, '$12.50 / $10.00');
    assert.match(model.tooltipMarkdown, /125\.0 % used/);
    assert.match(statusModel(online({ spentUsd: 12.5 }, { format: 'percent' })).text, /^125 %$/);
  });

  it('shows a sum below a cent instead of rounding it to nothing', () => {
    assert.equal(statusModel(online({ spentUsd: 0.000135 })).text, '$0.000135 / $10.00');
  });

  it('follows the chosen format', () => {
    assert.equal(statusModel(online({}, { format: 'spend' })).text, '$3.42');
    assert.equal(statusModel(online({}, { format: 'percent' })).text, '34 %');
    assert.equal(statusModel(online({ spentUsd: 0.94 }, { format: 'percent' })).text, '9.4 %');
    assert.equal(statusModel(online({}, { format: 'tokens' })).text, '1.23M tok');
    assert.equal(statusModel(online({}, { format: 'icon' })).text, '');
  });
});

describe('statusModel, while the window is not used', () => {
  const paused = { source: { url: 'http://127.0.0.1:8181', via: 'paused' } } as const;

  it('says as of when the figures are', () => {
    const { accessibilityLabel } = statusModel({ ...online(), ...paused });
    assert.match(accessibilityLabel, /\. As of \d\d:\d\d: paused while this window is not used$/);
    assert.doesNotMatch(statusModel(online()).accessibilityLabel, /As of/);
  });

  it('foresees nothing that is past', () => {
    const pace = { usdPerHour: 60, observedMs: 3_600_000, endsAtUnixMs: NOW + 1 };
    assert.match(statusModel({ ...online(), pace }).tooltipMarkdown, /At this pace your budget ends at/);
    const later = statusModel({ ...online(), ...paused, pace, nowUnixMs: NOW + 1 });
    assert.doesNotMatch(later.tooltipMarkdown + later.accessibilityLabel, /budget ends at/);
  });
});

describe('statusModel, the aligned text', () => {
  it('is as wide for a dollar as for a hundred', () => {
    const alignedAt = (spentUsd: number, format: StatusSettings['format']) =>
      statusModel(online({ spentUsd, budget: { limitUsd: 150, remainingUsd: 1 } }, { format })).alignedText;
    for (const format of ['spend', 'spendOfBudget', 'percent'] as const) {
      assert.equal(new Set([1, 42.5, 149].map((usd) => alignedAt(usd, format).length)).size, 1, format);
    }
    assert.equal(alignedAt(1, 'spend'), '\u2007\u2007$1.00');
    assert.equal(alignedAt(149, 'spend'), '$149.00');
  });

  it('shows an unknown figure as the text does', () => {
    assert.equal(statusModel({ ...online(), connection: { state: 'connecting' } }).alignedText, '--');
  });
});

describe('statusModel, severity', () => {
  const severityAt = (spentUsd: number, settings: Partial<StatusSettings> = {}) =>
    statusModel(online({ spentUsd }, settings)).severity;

  it('warns from the first threshold and is over from the second', () => {
    assert.deepEqual(
      [7.99, 8, 9.99, 10, 11].map((usd) => severityAt(usd)),
      ['ok', 'warn', 'warn', 'over', 'over'],
    );
  });

  it('takes thresholds from the settings, in whichever order they are', () => {
    assert.equal(severityAt(5, { warnFraction: 0.5 }), 'warn');
    assert.equal(severityAt(9, { warnFraction: 0.95, overFraction: 0.9 }), 'over');
  });

  it('only warns while a grant still pays for calls', () => {
    const grants = [{ amountUsd: 5, remainingUsd: 0.01, reason: 'release week' }];
    const model = statusModel(online({ spentUsd: 10, grants }));
    assert.equal(model.severity, 'warn');
    assert.match(model.tooltipMarkdown, /paid from grants/);
    assert.match(model.accessibilityLabel, /grants pay/);
    const usedUp = [{ amountUsd: 5, remainingUsd: 0, reason: 'release week' }];
    assert.equal(statusModel(online({ spentUsd: 10, grants: usedUp })).severity, 'over');
  });

  it('is over from the start where the limit is 0, which denies', () => {
    const budget = { limitUsd: 0, remainingUsd: 0 };
    const model = statusModel(online({ spentUsd: 0, budget, totalRemainingUsd: 0 }));
    assert.deepEqual([model.text, model.severity], ['$0.00 / $0.00', 'over']);
    assert.match(model.tooltipMarkdown, /calls are refused/);
  });

  it('is told to a screen reader in words', () => {
    assert.match(
      statusModel(online()).accessibilityLabel,
      /^Candela: \$3\.42 of \$10\.00 spent today, 34\.2 %$/,
    );
    assert.match(statusModel(online({ spentUsd: 9 })).accessibilityLabel, /Warning/);
    assert.match(statusModel(online({ spentUsd: 11 })).accessibilityLabel, /used up/);
  });
});

describe('statusModel, offline', () => {
  const offline = {
    state: 'offline',
    reason: 'nothing answers at 127.0.0.1:8181',
    sinceUnixMs: NOW,
  } as const;

  it('never shows an amount before the first answer', () => {
    const { lastKnown: _none, ...rest } = online();
    const connecting = statusModel({ ...rest, connection: { state: 'connecting' } });
    assert.deepEqual([connecting.text, connecting.severity], ['--', 'offline']);
    const never = statusModel({ ...rest, connection: offline });
    assert.deepEqual([never.text, never.severity], ['--', 'offline']);
    for (const { text, tooltipMarkdown, accessibilityLabel } of [connecting, never]) {
      assert.doesNotMatch(text + tooltipMarkdown + accessibilityLabel, /\$0\.00/);
    }
    assert.match(never.accessibilityLabel, /nothing answers at 127\.0\.0\.1:8181/);
  });

  it('says since when the daemon is gone and what was seen last', () => {
    const model = statusModel({ ...online(), connection: offline });
    assert.equal(model.text, '--');
    assert.match(
      model.tooltipMarkdown.replaceAll('\\', ''),
      /not reachable since 14:02, last seen \$3\.42 \/ \$10\.00 at 14:01: nothing answers at 127\.0\.0\.1:8181/,
    );
  });

  it('does not show yesterday’s spend as today’s', () => {
    const model = statusModel({ ...online(), nowUnixMs: Date.UTC(2026, 10, 22) });
    assert.deepEqual([model.text, model.severity], ['--', 'offline']);
    assert.match(
      model.tooltipMarkdown.replaceAll('\\', ''),
      /a new day has begun.*\$3\.42 \/ \$10\.00 at 14:01/,
    );
  });

  it('believes a daemon whose day ends later than this machine’s', () => {
    const resetsAtUnixMs = NOW - 60_000;
    assert.equal(statusModel(online({ resetsAtUnixMs })).text, '$3.42 / $10.00');
  });

  it('says when figures were seen last, and where', () => {
    const source = { url: 'http://127.0.0.1:8181', via: 'poll' } as const;
    const model = statusModel({ ...online(), connection: offline, source });
    assert.deepEqual([model.receivedAtUnixMs, model.source], [NOW - 2_000, source]);
  });

  it('is not taken for online for having figures only', () => {
    assert.equal(statusModel({ ...online(), connection: { state: 'connecting' } }).text, '--');
  });
});

describe('statusModel, the tooltip', () => {
  it('has tokens, cost, calls, budget, rest, reset time and the age of the figure', () => {
    const plain = statusModel(online()).tooltipMarkdown.replaceAll('\\', '');
    assert.deepEqual(plain.split('\n').slice(4), [
      '| Cost | $3.42 |',
      '| Tokens | 1,234,567 |',
      '| Calls | 12 |',
      '| Budget | $10.00 (34.2 % used) |',
      '| Remaining | $6.58 |',
      '| Resets at | 01:00 (in 10 h 58 min) |',
      '| Figures are | less than a minute old (14:01) |',
    ]);
  });

  it('says where the figures come from and how', () => {
    const rowOf = (via: 'push' | 'poll' | 'paused') =>
      /\| Source \| (.*) \|/.exec(
        statusModel({
          ...online(),
          source: { url: 'http://127.0.0.1:8181', via },
        }).tooltipMarkdown.replaceAll('\\', ''),
      )?.[1];
    assert.equal(rowOf('push'), '127.0.0.1:8181, live');
    assert.match(rowOf('poll') ?? '', /asked now and then/);
    assert.match(rowOf('paused') ?? '', /paused while this window is not used/);
  });

  it('says how fast money goes, and when it is gone', () => {
    const endsAtUnixMs = Date.UTC(2026, 10, 21, 15, 30);
    const pace = { usdPerHour: 2.63, observedMs: 3_600_000, endsAtUnixMs };
    const model = statusModel({ ...online(), pace });
    const plain = model.tooltipMarkdown.replaceAll('\\', '');
    assert.match(plain, /\| Pace \| \$2\.63 an hour, seen over 1 h 0 min \|/);
    assert.match(plain, /At this pace your budget ends at 16:30\./);
    assert.match(model.accessibilityLabel, /At this pace your budget ends at 16:30/);
    const slow = statusModel({ ...online(), pace: { usdPerHour: 0.1, observedMs: 3_600_000 } });
    assert.doesNotMatch(slow.tooltipMarkdown, /At this pace/);
  });

  it('admits that calls are not known', () => {
    const { usage: _usage, ...figures } = FIGURES;
    const input = { ...online(), lastKnown: { figures, receivedAtUnixMs: NOW } };
    assert.match(statusModel(input).tooltipMarkdown, /\| Calls \| not known \|/);
  });

  it('lists grants with rest and expiry', () => {
    const grants = [
      { amountUsd: 5, remainingUsd: 1.9, reason: 'release', expiresAtUnixMs: Date.UTC(2026, 10, 30, 13, 2) },
      { amountUsd: 2, remainingUsd: 2, reason: '' },
    ];
    const plain = statusModel(online({ grants })).tooltipMarkdown.replaceAll('\\', '');
    assert.match(plain, /\| Grants \| \$1\.90 of \$5\.00 left: release, expires 2026-11-30 14:02 \|/);
    assert.match(plain, /\| {2}\| \$2\.00 of \$2\.00 left: no reason given, expires never \|/);
  });

  it('tells the reset in wall-clock time on both sides of a change of clocks', () => {
    // Midnight in UTC is 01:00 in Berlin on the last winter night and 02:00 on the first summer night of 2027.
    const resetOn = (day: number) => {
      const resetsAtUnixMs = Date.UTC(2027, 2, day);
      const input = { ...online({ resetsAtUnixMs }), nowUnixMs: resetsAtUnixMs - 3_600_000 };
      return /\| Resets at \| ([\d:]+)/.exec(statusModel(input).tooltipMarkdown.replaceAll('\\', ''))?.[1];
    };
    assert.deepEqual([resetOn(28), resetOn(29)], ['01:00', '02:00']);
  });

  it('mentions annotations that wait', () => {
    assert.match(
      statusModel({ ...online(), annotationsWaiting: 2 }).tooltipMarkdown,
      /2 annotations are waiting/,
    );
    assert.doesNotMatch(statusModel({ ...online(), annotationsWaiting: 0 }).tooltipMarkdown, /waiting/);
  });
});
