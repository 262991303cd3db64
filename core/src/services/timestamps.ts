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

/** The window asked for; what is left open ends now, or begins `defaultMs` before its end. */
export function windowOf(range: TimeRange | undefined, nowUnixMs: number, defaultMs: number): TimeWindow {
  const endUnixMs = range?.end ? timestampMs(range.end) : nowUnixMs + 1;
  const startUnixMs = range?.start ? timestampMs(range.start) : endUnixMs - defaultMs;
  if (startUnixMs > endUnixMs) throw invalidArgument('time_range: start must not be after end');
  return { startUnixUs: Math.floor(startUnixMs * 1000), endUnixUs: Math.ceil(endUnixMs * 1000) };
}

export const DAY_MS = 86_400_000;
