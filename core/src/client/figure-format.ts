import { formatUsd as formatNanoUsd, nanoUsdFromUsd } from '../money/index.ts';

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

/** `34.2 %`; not clamped at 100. */
export function formatPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
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
  const minutes = Math.floor(Math.max(durationMs, 0) / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes === 1) return '1 minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}
