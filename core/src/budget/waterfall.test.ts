import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asNanoUsd, type NanoUsd } from '../money/index.ts';
import { splitCharge, splitIfCovered, totalFree, type Pots } from './waterfall.ts';

const nano = (amount: number): NanoUsd => asNanoUsd(BigInt(amount));
const pots = (budgetFree: number, ...grants: readonly number[]): Pots => ({
  budgetFree: nano(budgetFree),
  grants: grants.map((free, index) => ({ id: `g${index}`, free: nano(free) })),
});

/** The rule in its plainest form: one nano-dollar at a time, from the first pot that has one. */
function coinByCoin(amount: number, { budgetFree, grants }: Pots): { taken: number[]; lacking: number } {
  const free = [budgetFree, ...grants.map((grant) => grant.free)].map(Number);
  const taken = free.map(() => 0);
  let lacking = 0;
  for (let coin = 0; coin < amount; coin++) {
    const pot = free.findIndex((left, index) => left - (taken[index] ?? 0) > 0);
    if (pot === -1) lacking++;
    else taken[pot] = (taken[pot] ?? 0) + 1;
  }
  return { taken, lacking };
}

const somePots = fc
  .tuple(fc.integer({ min: -5, max: 12 }), fc.array(fc.integer({ min: -3, max: 8 }), { maxLength: 4 }))
  .map(([budgetFree, grants]) => pots(budgetFree, ...grants));

const takenOf = (
  from: Pots,
  split: { budget: NanoUsd; grants: readonly { id: string; amount: NanoUsd }[] },
) => [
  Number(split.budget),
  ...from.grants.map(({ id }) => Number(split.grants.find((part) => part.id === id)?.amount ?? 0n)),
];

describe('waterfall', () => {
  it('takes the day’s budget first, then the grants in their order', () => {
    assert.deepEqual(splitIfCovered(nano(9), pots(4, 3, 5)), {
      budget: 4n,
      grants: [
        { id: 'g0', amount: 3n },
        { id: 'g1', amount: 2n },
      ],
    });
  });

  it('holds all or nothing', () => {
    assert.deepEqual(splitIfCovered(nano(12), pots(4, 3, 5))?.grants.length, 2);
    assert.equal(splitIfCovered(nano(13), pots(4, 3, 5)), undefined);
  });

  it('lets a call that costs nothing pass an exhausted budget', () => {
    assert.deepEqual(splitIfCovered(nano(0), pots(-1)), { budget: 0n, grants: [] });
  });

  it('holds what one nano-dollar at a time would take', () => {
    fc.assert(
      fc.property(fc.nat(40), somePots, (amount, some) => {
        const { taken, lacking } = coinByCoin(amount, some);
        const split = splitIfCovered(nano(amount), some);
        assert.deepEqual(split && takenOf(some, split), lacking === 0 ? taken : undefined);
      }),
    );
  });

  it('charges the same way, and what is lacking to the day’s budget', () => {
    fc.assert(
      fc.property(fc.nat(40), somePots, (amount, some) => {
        const { taken, lacking } = coinByCoin(amount, some);
        const [budget = 0, ...grants] = taken;
        assert.deepEqual(takenOf(some, splitCharge(nano(amount), some)), [budget + lacking, ...grants]);
      }),
    );
  });

  it('counts as free what it would hold at most', () => {
    fc.assert(
      fc.property(somePots, (some) => {
        const most = totalFree(some);
        assert.notEqual(splitIfCovered(most, some), undefined);
        assert.equal(splitIfCovered(asNanoUsd(most + 1n), some), undefined);
      }),
    );
  });
});
