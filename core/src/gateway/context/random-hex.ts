import { randomFillSync } from 'node:crypto';

const bytesAtOnce = Buffer.allocUnsafe(4096);
let pool = '';
let used = 0;

/**
 * `bytes` random bytes as lower-case hex, from the system's cryptographic source. Drawn in bulk, because every
 * call needs several and a draw costs more than the bytes.
 */
export function randomHex(bytes: number): string {
  const digits = bytes * 2;
  if (used + digits > pool.length) {
    pool = randomFillSync(bytesAtOnce).toString('hex');
    used = 0;
  }
  used += digits;
  return pool.slice(used - digits, used);
}
