import {
  formatCompactCount,
  formatCount,
  formatDateAndTime,
  formatDuration,
  formatTimeOfDay,
  formatUsd,
} from '../figures/figure-format.ts';
import type { Locality } from '../figures/figure-format.ts';
import { escapeMarkdown, markdownTable } from '../markdown.ts';
import type { RecentTrace } from './recent-traces.ts';
import { texts } from '../texts.ts';
import { traceTexts } from './trace-texts.ts';

/** How a call went: as its developer says, else as its status does. */
export type CallStanding = 'good' | 'bad' | 'failed' | 'answered';

/** A call as one line of a list. */
export interface CallLine {
  readonly standing: CallStanding;
  /** Plain text. */
  readonly label: string;
  /** Plain text beside the label: cost, tokens, time of day. */
  readonly description: string;
  /** Markdown with nothing active in it. */
  readonly tooltipMarkdown: string;
  /** All of it for a screen reader. */
  readonly accessibilityLabel: string;
}

/** @param success what the developer said of it; undefined if nothing. */
export function callLine(
  trace: RecentTrace,
  success: boolean | undefined,
  nowUnixMs: number,
  locality: Locality = {},
): CallLine {
  const standing = standingOf(trace, success);
  const label = trace.model === '' ? texts.unnamedModel : trace.model;
  const cost = formatUsd(trace.costUsd);
  const tokens = formatCount(trace.tokens, locality);
  const ageMs = nowUnixMs - trace.startedAtUnixMs;
  const started = formatDateAndTime(trace.startedAtUnixMs, locality);
  const time = ageMs < DAY_MS ? formatTimeOfDay(trace.startedAtUnixMs, locality) : started;
  const { rows, standings } = traceTexts;
  const tooltipMarkdown = [
    `**${escapeMarkdown(texts.modelLine(label, trace.provider))}**`,
    markdownTable([
      [rows.cost, escapeMarkdown(cost)],
      [rows.tokens, tokens],
      [rows.time, started],
      [rows.duration, seconds(trace.durationMs)],
      [rows.standing, standings[standing]],
    ]),
  ].join('\n\n');
  const age = traceTexts.ago(formatDuration(ageMs));
  return {
    standing,
    label,
    description: [cost, texts.tokens(formatCompactCount(trace.tokens)), time].join(' · '),
    tooltipMarkdown,
    accessibilityLabel: [label, cost, traceTexts.tokens(tokens), age, standings[standing]].join(', '),
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function standingOf({ hasFailed }: RecentTrace, success: boolean | undefined): CallStanding {
  if (success !== undefined) return success ? 'good' : 'bad';
  return hasFailed ? 'failed' : 'answered';
}

/** `40 ms`, `1.2 s`, `12.0 s` */
export function seconds(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
