import assert from 'node:assert/strict';
import { asNanoUsd, ZERO_NANO_USD } from '../money/index.ts';
import { anLlmSpan } from '../storage/contract-suites/span-fixture.ts';
import type { Charge } from './ledger.ts';
import { OneEndReservation } from './one-end-reservation.ts';

const charge: Charge = { cost: ZERO_NANO_USD, tokens: 0, span: anLlmSpan() };

function reservation(): { readonly one: OneEndReservation; readonly ends: string[] } {
  const ends: string[] = [];
  const one = new OneEndReservation('r-1', asNanoUsd(5n), {
    settle: async () => void ends.push('settled'),
    release: async () => void ends.push('released'),
    keep: async (forMs) => {
      ends.push('kept');
      return `for ${forMs}`;
    },
  });
  return { one, ends };
}

describe('one-end reservation', () => {
  it('ends once: whatever comes second throws and reaches nobody', async () => {
    for (const first of ['settle', 'release'] as const) {
      const { one, ends } = reservation();
      await one[first](charge);
      assert.throws(() => void one.keep(1), /r-1 has ended already/);
      assert.throws(() => void one.settle(charge), /r-1 has ended already/);
      assert.throws(() => void one.release(), /r-1 has ended already/);
      assert.equal(ends.length, 1);
    }
  });

  it('counts as ended from the moment the end is asked for, not from when it is written', () => {
    const { one } = reservation();
    void one.settle(charge);
    assert.throws(() => void one.release(), /ended already/);
  });

  it('that is kept is not released at the end of its scope, nor ended again', async () => {
    const kept = reservation();
    {
      await using held = kept.one;
      assert.equal(await held.keep(5), 'for 5');
      assert.throws(() => void held.settle(charge), /ended already/);
    }
    assert.deepEqual(kept.ends, ['kept']);
  });

  it('is released at the end of its scope if it was forgotten, and only then', async () => {
    const forgotten = reservation();
    {
      await using _held = forgotten.one;
    }
    const settled = reservation();
    {
      await using held = settled.one;
      await held.settle(charge);
    }
    assert.deepEqual([forgotten.ends, settled.ends], [['released'], ['settled']]);
  });
});
