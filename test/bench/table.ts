import type { ScenarioReport, VariantReport } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Spread } from './statistics.ts';

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
export function tableOf(reports: readonly ScenarioReport[]): string {
  return reports.map(block).join('\n');
}

function block({ scenario, variants }: ScenarioReport): string {
  const what = SCENARIOS.find(({ name }) => name === scenario)?.what ?? '';
  const rows = [
    COLUMNS.map(({ title }) => title),
    ...variants.map((one) => COLUMNS.map(({ cell }) => cell(one))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  return `${scenario}: ${what}\n${lines.map((line) => `  ${line.trimEnd()}\n`).join('')}`;
}

function shown(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return '';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((figure) => figure.toFixed(digits));
  return `${median} (${min}–${max})`;
}
