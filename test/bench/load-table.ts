import type { ScenarioReport, VariantReport } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Spread } from './statistics.ts';
import { textTable } from './table.ts';

const COLUMNS: readonly { readonly title: string; readonly cell: (report: VariantReport) => string }[] = [
  { title: '', cell: ({ variant }) => variant },
  { title: 'CPU µs/call', cell: ({ cpuUsPerCall }) => shown(cpuUsPerCall, 0) },
  { title: '× bare', cell: ({ cpuTimesBareProxy }) => shown(cpuTimesBareProxy, 2) },
  { title: 'calls/s', cell: ({ callsPerSecond }) => shown(callsPerSecond, 0) },
  { title: 'p50 ms', cell: ({ p50Ms }) => shown(p50Ms, 2) },
  { title: 'p99 ms', cell: ({ p99Ms }) => shown(p99Ms, 2) },
  { title: 'added p50 ms', cell: ({ addedP50Ms }) => shown(addedP50Ms, 2) },
];

/** One block a scenario; each figure is the median of the rounds, with the least and the greatest. */
export function loadBlocks(reports: readonly ScenarioReport[]): readonly string[] {
  return reports.map(({ scenario, variants }) => {
    const what = SCENARIOS.find(({ name }) => name === scenario)?.what ?? '';
    const rows = variants.map((one) => COLUMNS.map(({ cell }) => cell(one)));
    return `${scenario}: ${what}\n${textTable([COLUMNS.map(({ title }) => title), ...rows])}`;
  });
}

function shown(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return '';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((figure) => figure.toFixed(digits));
  return `${median} (${min}–${max})`;
}
