import assert from 'node:assert/strict';
import { asNanoUsd, type NanoUsd } from '../money/index.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { BudgetAlerts, logNotifier, thresholdsToTell, type BudgetAlert } from './alerts.ts';

const nano = (amount: bigint): NanoUsd => asNanoUsd(amount);
const alert: BudgetAlert = {
  userId: 'u-1',
  threshold: 80,
  spent: nano(850_000_000n),
  limit: nano(1_000_000_000n),
  periodKey: '2026-07-31',
};

describe('budget alerts', () => {
  it('are due from the nano-dollar that reaches a threshold, lowest first, and never twice', () => {
    const due = (spent: bigint, alerted = 0): readonly number[] =>
      thresholdsToTell(nano(spent), nano(1_001n), alerted);
    assert.deepEqual(
      [due(0n), due(800n), due(801n), due(901n), due(1_001n), due(5_000n)],
      [[], [], [80], [80, 90], [80, 90, 100], [80, 90, 100]],
    );
    assert.deepEqual(
      [due(950n, 80), due(950n, 90), due(2_000n, 80), due(2_000n, 100)],
      [[90], [], [90, 100], []],
    );
  });

  it('are logged in the words that alert rules match', async () => {
    const { logger, lines } = recordedLog();
    const notifier = logNotifier(logger, async (userId) => `${userId}@example.com`);
    for (const threshold of [80, 90, 100] as const) await notifier.notify({ ...alert, threshold });
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      [80, 90, 100].map((percent) => `🔔 budget alert: ${percent}% threshold reached`),
    );
    assert.deepEqual(lines[0]?.fields, {
      ...{ user_id: 'u-1', email: 'u-1@example.com', threshold: 80 },
      ...{ spent_usd: 0.85, limit_usd: 1, period: '2026-07-31' },
    });
  });

  it('are logged without an email where none is known or none can be looked up', async () => {
    const { logger, lines } = recordedLog();
    await logNotifier(logger, async () => undefined).notify(alert);
    await logNotifier(logger, () => Promise.reject(new Error('store closed'))).notify(alert);
    const told = lines.filter(({ msg }) => msg.startsWith('🔔'));
    assert.deepEqual(
      told.map(({ fields }) => fields['email']),
      ['', ''],
    );
  });

  it('are passed on in order, also after one that nobody could be told of', async () => {
    const { logger, lines } = recordedLog();
    const told: number[] = [];
    const alerts = new BudgetAlerts(
      {
        async notify({ threshold }) {
          // The first takes longest.
          for (let turn = threshold; turn < 100; turn++) await Promise.resolve();
          if (threshold === 90) throw new Error('no network');
          told.push(threshold);
        },
      },
      logger,
    );
    alerts.raise([alert, { ...alert, threshold: 90 }]);
    alerts.raise([{ ...alert, threshold: 100 }]);
    await alerts.told();
    assert.deepEqual(told, [80, 100]);
    assert.deepEqual(
      lines.map(({ msg, fields }) => [msg, fields['threshold']]),
      [['could not pass on a budget alert', 90]],
    );
  });
});
