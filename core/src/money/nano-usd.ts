/**
 * Exact amounts of US dollars.
 *
 * An amount is a whole number of nano-dollars (1e-9 USD) in a `bigint`, so sums never drift and no
 * realistic amount overflows. `double` dollars exist only on the wire and are converted at the edge, here.
 */

declare const unit: unique symbol;

/** A whole number of nano-dollars (1 USD = 1 000 000 000). May be negative only as a difference. */
export type NanoUsd = bigint & { readonly [unit]: true };

const NANO_PER_USD = 1_000_000_000n;

export const ZERO_NANO_USD = 0n as NanoUsd;

/** Marks a whole number of nano-dollars as such. */
export function asNanoUsd(amountNanoUsd: bigint): NanoUsd {
  return amountNanoUsd as NanoUsd;
}

/**
 * Dollars as people and JSON write them, to nano-dollars: the number's shortest decimal form is read
 * digit by digit, so `0.1` is exactly 100 000 000. What lies below a nano-dollar is rounded half up.
 *
 * @throws RangeError if the number is NaN or infinite.
 */
export function nanoUsdFromUsd(usd: number): NanoUsd {
  if (!Number.isFinite(usd)) throw new RangeError(`an amount in USD must be a finite number, got ${usd}`);
  return asNanoUsd(scaleDecimal(usd, 9));
}

/** Nano-dollars as the `double` dollars of the wire; exact to the nano-dollar below 2^23, some 8 million, USD. */
export function usdFromNanoUsd(amount: NanoUsd): number {
  return Number(amount) / Number(NANO_PER_USD);
}

/** For people: `$0.42`, to the cent; below a cent as many digits as the amount needs (`$0.000135`). */
export function formatUsd(amount: NanoUsd): string {
  const nanoUsd: bigint = amount;
  const sign = nanoUsd < 0n ? '-' : '';
  const absolute = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  if (absolute > 0n && absolute < NANO_PER_USD / 100n) {
    return `${sign}$0.${absolute.toString().padStart(9, '0').replace(/0+$/, '')}`;
  }
  const cents = divideHalfUp(absolute, NANO_PER_USD / 100n);
  return `${sign}$${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`;
}

/**
 * `value × 10^digits` as a whole number, exact in decimal, half rounded up (away from zero).
 * `digits` is a whole number ≥ 0.
 */
export function scaleDecimal(value: number, digits: number): bigint {
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = Number(exponentText) - fraction.length + digits;
  const significand = BigInt(whole + fraction);
  const magnitude =
    shift >= 0 ? significand * 10n ** BigInt(shift) : divideHalfUp(significand, 10n ** BigInt(-shift));
  return value < 0 ? -magnitude : magnitude;
}

/** Rounds half up; both arguments ≥ 0, divisor > 0. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}
