import type { GetMyBudgetResponse } from '@candela/proto/v1/user_service';
import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';

/** Half-open, milliseconds since 1970: the day a budget counts for. */
export interface PeriodWindow {
  readonly startUnixMs: number;
  readonly endUnixMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The running period. A budget names both ends; without one only the day's name and its end are known, and
 * the start is this machine's midnight if its day ends at the same moment, else 24 hours before the end (off
 * by an hour on the two days a year when clocks change, and only where the budget's zone is not the machine's).
 */
export function periodWindow(answer: GetMyBudgetResponse): PeriodWindow | undefined {
  const startUnixMs = optionalMs(answer.budget?.periodStart);
  const budgetEndUnixMs = optionalMs(answer.budget?.periodEnd);
  if (startUnixMs !== undefined && budgetEndUnixMs !== undefined)
    return { startUnixMs, endUnixMs: budgetEndUnixMs };
  const endUnixMs = Date.parse(answer.periodResetsAt);
  if (Number.isNaN(endUnixMs)) return undefined;
  const [year = NaN, month = NaN, day = NaN] = answer.periodKey.split('-').map(Number);
  const isMachineDay = new Date(year, month - 1, day + 1).getTime() === endUnixMs;
  return {
    startUnixMs: isMachineDay ? new Date(year, month - 1, day).getTime() : endUnixMs - DAY_MS,
    endUnixMs,
  };
}

function optionalMs(timestamp: Timestamp | undefined): number | undefined {
  return timestamp === undefined ? undefined : timestampMs(timestamp);
}
