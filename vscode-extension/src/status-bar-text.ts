import type { StatusModel, StatusSeverity } from '@candela/core/client';

/** A different sign for each, so that severity can be told without colour. */
const ICONS: Readonly<Record<StatusSeverity, string>> = {
  ok: '$(flame)',
  warn: '$(warning)',
  over: '$(error)',
  offline: '$(debug-disconnect)',
};

/** Behind a figure that is not kept up to date: a window beside the one that is used may be looked at for hours. */
const PAUSED_ICON = '$(debug-pause)';

/** What the status bar says, signs included. */
export function statusBarText({
  alignedText,
  severity,
  source,
}: Pick<StatusModel, 'alignedText' | 'severity' | 'source'>): string {
  const isPaused = severity !== 'offline' && source?.via === 'paused';
  return [ICONS[severity], alignedText, isPaused ? PAUSED_ICON : ''].filter((part) => part !== '').join(' ');
}
