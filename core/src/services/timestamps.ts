import { timestampFromMs, timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { TimeRange } from '@candela/proto/types/common';
import type { TimeWindow } from '../storage/span-store.ts';
import { invalidArgument } from './errors.ts';

export function timestampFromUs(unixUs: number): Timestamp {
  return {
    ...timestampFromMs(0),
    seconds: BigInt(Math.floor(unixUs / 1e6)),
    nanos: Math.round((unixUs - Math.floor(unixUs / 1e6) * 1e6) * 1e3),
  };
}

/** The years 1 to 9999, which is what a timestamp may say: google/protobuf/timestamp.proto. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/** @throws ConnectError `invalid_argument`, naming the field, for a moment that no calendar has. */
export function unixMsOf(timestamp: Timestamp, field: string): number {
  const { seconds, nanos } = timestamp;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS || nanos < 0 || nanos > 999_999_999) {
    throw invalidArgument(`${field}: must be a moment in the years 1 to 9999`);
  }
  return timestampMs(timestamp);
}

/** The window asked for; what is left open ends now, or begins `defaultMs` before its end. */
export function windowOf(range: TimeRange | undefined, nowUnixMs: number, defaultMs: number): TimeWindow {
  const endUnixMs = range?.end ? unixMsOf(range.end, 'time_range.end') : nowUnixMs + 1;
  const startUnixMs = range?.start ? unixMsOf(range.start, 'time_range.start') : endUnixMs - defaultMs;
  if (startUnixMs > endUnixMs) throw invalidArgument('time_range: start must not be after end');
  return { startUnixUs: Math.floor(startUnixMs * 1000), endUnixUs: Math.ceil(endUnixMs * 1000) };
}

export const DAY_MS = 86_400_000;
