import assert from 'node:assert/strict';
import { readClientOptions } from './client-options.ts';

const DEFAULTS = {
  wantsStatus: false,
  daemonUrl: '',
  autoStart: true,
  pollIntervalMs: 5_000,
  status: { warnFraction: 0.8, overFraction: 1, format: 'spendOfBudget' },
};

describe('readClientOptions', () => {
  it('reads what an editor says', () => {
    const candela = {
      status: true,
      daemonUrl: 'http://127.0.0.1:9000',
      autoStart: false,
      pollIntervalSeconds: 2,
      warnAtPercent: 50,
      overAtPercent: 90,
      format: 'percent',
    };
    assert.deepEqual(readClientOptions({ candela, other: 1 }), {
      wantsStatus: true,
      daemonUrl: 'http://127.0.0.1:9000',
      autoStart: false,
      pollIntervalMs: 2_000,
      status: { warnFraction: 0.5, overFraction: 0.9, format: 'percent' },
    });
  });

  it('takes what makes no sense for not said, field by field', () => {
    for (const nothing of [undefined, null, 7, [], {}, { candela: null }, { candela: [] }]) {
      assert.deepEqual(readClientOptions(nothing), DEFAULTS);
    }
    const candela = {
      status: 'yes',
      daemonUrl: 'file:///etc',
      pollIntervalSeconds: 0,
      format: 'icon',
      warnAtPercent: 60,
    };
    assert.deepEqual(readClientOptions({ candela }), {
      ...DEFAULTS,
      status: { ...DEFAULTS.status, warnFraction: 0.6 },
    });
  });
});
