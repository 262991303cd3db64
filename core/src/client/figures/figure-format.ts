import { formatUsd as formatNanoUsd, nanoUsdFromUsd } from '../../money/index.ts';
import { texts } from '../texts.ts';

/** How times are written; both default to the machine's own. */
export interface Locality {
  /** IANA name. */
  readonly timeZone?: string;
  /** BCP 47 tag, for the grouping of digits. */
  readonly locale?: string;
}

/** `$3.42`; below a cent as many digits as the amount needs, so that a small sum never reads as nothing. */
export function formatUsd(amountUsd: number): string {
  return formatNanoUsd(nanoUsdFromUsd(amountUsd));
}

/** `1,234,567` */
export function formatCount(count: number, { locale = 'en' }: Locality = {}): string {
  return new Intl.NumberFormat(locale).format(count);
}

/**
 * `34.2 %`, `104.0 %`. Rounded down, so that it never names a threshold that is not reached; not clamped at 100;
 * `<0.1 %` where there is little, so that a little never reads as nothing.
 */
export function formatPercent(fraction: number): string {
  return formatTenths(fraction, (tenths) => (tenths / 10).toFixed(1));
}

/** The same for one line, where there is less room: `9.4 %`, `34 %`, `104 %`. */
export function formatShare(fraction: number): string {
  return formatTenths(fraction, (tenths) =>
    tenths < 100 ? (tenths / 10).toFixed(1) : String(Math.floor(tenths / 10)),
  );
}

function formatTenths(fraction: number, format: (tenths: number) => string): string {
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.1) return '<0.1 %';
  // What binary fractions lack to a whole tenth must not cost one.
  return `${format(Math.floor(percent * 10 + 1e-6))} %`;
}

/** Three digits at most, for one line: `950`, `1.23k`, `45.6M`; rounded down. */
export function formatCompactCount(count: number): string {
  const exponent =
    count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3 + 1e-9), COUNT_UNITS.length - 1);
  if (exponent === 0) return String(Math.floor(count));
  const scaled = count / 1000 ** exponent;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(scaled)));
  return `${(Math.floor(scaled * 10 ** digits + 1e-6) / 10 ** digits).toFixed(digits)}${COUNT_UNITS[exponent]}`;
}

const COUNT_UNITS = ['', 'k', 'M', 'G', 'T'] as const;

/** As wide as a digit where digits are all of one width: U+2007 FIGURE SPACE. */
const FIGURE_SPACE = '\u2007';

/** Fills a text up from the left, so that what stands beside it does not move when a figure gains a digit. */
export function alignFigure(text: string, width: number): string {
  return text.padStart(width, FIGURE_SPACE);
}

/** `14:02` on the reader's wall clock. */
export function formatTimeOfDay(unixMs: number, { timeZone }: Locality = {}): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(unixMs);
}

/** `2026-11-30 14:02` on the reader's wall clock. */
export function formatDateAndTime(unixMs: number, locality: Locality = {}): string {
  const { timeZone } = locality;
  const day = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(unixMs);
  return `${day} ${formatTimeOfDay(unixMs, locality)}`;
}

/** `less than a minute`, `1 minute`, `12 minutes`, `3 h 5 min`, `2 days`: no finer, so that a text does not flicker. */
export function formatDuration(durationMs: number): string {
  const { duration } = texts;
  const minutes = Math.floor(Math.max(durationMs, 0) / 60_000);
  if (minutes < 1) return duration.underAMinute;
  if (minutes < 60) return duration.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? duration.hours(hours, minutes % 60) : duration.days(Math.floor(hours / 24));
}
