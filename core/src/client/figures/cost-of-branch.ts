import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { UsageFigures } from './budget-figures.ts';
import type { CandelaApi } from '../connection/candela-api.ts';
import { labelsHeader, type CallLabels } from '../connection/labels-header.ts';
import type { PeriodWindow } from './period-window.ts';
import { toUsage } from './read-figures.ts';

/**
 * What the calls with all these labels cost, of those the caller may see, by model, dearest first; for a branch the
 * labels are those of `vcsLabels`. Nothing found is zero calls; no labels at all would be every call, and is refused.
 *
 * @throws RangeError without labels; ConnectError if the daemon gives no answer.
 */
export async function costOfBranch(
  api: CandelaApi,
  labels: CallLabels,
  range: PeriodWindow,
  options: { readonly signal?: AbortSignal } = {},
): Promise<UsageFigures> {
  if (Object.keys(labels).length === 0)
    throw new RangeError('a branch is known by its labels: give one at least');
  const timeRange = { start: timestampFromMs(range.startUnixMs), end: timestampFromMs(range.endUnixMs) };
  const headers = { 'X-Candela-Labels': labelsHeader(labels) };
  return toUsage(await api.dashboard.getDashboardData({ timeRange }, { ...options, headers }));
}
