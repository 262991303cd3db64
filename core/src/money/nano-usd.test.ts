import assert from 'node:assert/strict';
import fc from 'fast-check';

import {
  ZERO_NANO_USD,
  asNanoUsd,
  divideHalfUp,
  formatUsd,
  nanoUsdFromUsd,
  scaleDecimal,
  usdFromNanoUsd,
} from './nano-usd.ts';

describe('nanoUsdFromUsd', () => {
  const cases: readonly (readonly [usd: number, nanoUsd: bigint])[] = [
    [0, 0n],
    [-0, 0n],
    [1, 1_000_000_000n],
    [0.1, 100_000_000n],
    [0.3, 300_000_000n],
    [0.1 + 0.2, 300_000_000n],
    [1.005, 1_005_000_000n],
    [0.000135, 135_000n],
    [1e-9, 1n],
    [4e-10, 0n],
    [5e-10, 1n],
    [1.5e-9, 2n],
    [-0.25, -250_000_000n],
    [-5e-10, -1n],
    [123_456_789.987_654_33, 123_456_789_987_654_330n],
    [1e21, 10n ** 30n],
    [5e-324, 0n],
  ];
  for (const [usd, nanoUsd] of cases) {
    it(`reads ${usd} as ${nanoUsd} nano-dollars`, () => {
      assert.equal(nanoUsdFromUsd(usd), nanoUsd);
    });
  }

  it('refuses what is no amount', () => {
    for (const usd of [Number.NaN, Infinity, -Infinity]) {
      assert.throws(() => nanoUsdFromUsd(usd), RangeError);
    }
  });

  it('reads every decimal of up to nine places exactly', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(999_999_999), (dollars, nano) => {
        const usd = Number(`${dollars}.${nano.toString().padStart(9, '0')}`);
        assert.equal(nanoUsdFromUsd(usd), BigInt(dollars) * 1_000_000_000n + BigInt(nano));
      }),
    );
  });

  it('gives back what it was given, below eight million dollars', () => {
    fc.assert(
      fc.property(fc.bigInt(-8_000_000n * 10n ** 9n, 8_000_000n * 10n ** 9n), (amount) => {
        assert.equal(nanoUsdFromUsd(usdFromNanoUsd(asNanoUsd(amount))), amount);
      }),
    );
  });

  it('does not drift: ten thousand dimes are a thousand dollars', () => {
    let sum = ZERO_NANO_USD;
    for (let count = 0; count < 10_000; count++) sum = asNanoUsd(sum + nanoUsdFromUsd(0.1));
    assert.equal(usdFromNanoUsd(sum), 1000);
  });
});

describe('scaleDecimal', () => {
  it('agrees with the digits people write, for any number and number of places', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 0, max: 1e15 }), fc.nat(20), (value, digits) => {
        const [mantissa = '', exponent = ''] = value.toExponential().split('e');
        const significand = BigInt(mantissa.replace('.', ''));
        const power = Number(exponent) - (mantissa.length > 1 ? mantissa.length - 2 : 0) + digits;
        const [dividend, divisor] =
          power >= 0 ? [significand * 10n ** BigInt(power), 1n] : [significand, 10n ** BigInt(-power)];
        assert.equal(scaleDecimal(value, digits), divideHalfUp(dividend, divisor));
      }),
    );
  });

  it('is the same below zero', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(scaleDecimal(-value, 9), -scaleDecimal(value, 9));
      }),
    );
  });
});

describe('divideHalfUp', () => {
  it('is off by at most half the divisor, and rounds the half up', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 40n), fc.bigInt(1n, 10n ** 20n), (dividend, divisor) => {
        const error = divideHalfUp(dividend, divisor) * divisor - dividend;
        assert.ok(2n * error <= divisor && 2n * error > -divisor);
      }),
    );
  });
});

describe('formatUsd', () => {
  const cases: readonly (readonly [nanoUsd: bigint, text: string])[] = [
    [0n, '$0.00'],
    [420_000_000n, '$0.42'],
    [10_000_000n, '$0.01'],
    [9_999_999n, '$0.009999999'],
    [135_000n, '$0.000135'],
    [1n, '$0.000000001'],
    [14_999_999n, '$0.01'],
    [15_000_000n, '$0.02'],
    [999_995_000_000n, '$1000.00'],
    [-1_500_000_000n, '-$1.50'],
    [-135_000n, '-$0.000135'],
    [10n ** 24n, '$1000000000000000.00'],
  ];
  for (const [nanoUsd, text] of cases) {
    it(`writes ${nanoUsd} nano-dollars as ${text}`, () => {
      assert.equal(formatUsd(asNanoUsd(nanoUsd)), text);
    });
  }

  it('never writes something for nothing, nor nothing for something', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 15n), (amount) => {
        assert.ok(Number(formatUsd(asNanoUsd(amount)).slice(1)) > 0);
      }),
    );
  });
});
