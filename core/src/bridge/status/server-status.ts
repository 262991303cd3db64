import type { CandelaStatus } from './candela-status.ts';

/**
 * The body of `experimental/serverStatus`, an extension of rust-analyzer's ("Server Status" in its LSP extensions)
 * that Zed shows for any server, left in its status bar, until the next one.
 */
export interface ServerStatus {
  readonly health: 'ok' | 'warning' | 'error';
  readonly message: string;
}

/** What Zed draws before it cuts, server name and health included (its `activity_indicator`). */
const MAX_CHARACTERS = 50;
const NAME = '(candela) ';
const HEALTH_WORD = { ok: '', warning: 'Warning: ', error: 'Error: ' } as const;
const HEALTH = { ok: 'ok', warn: 'warning', over: 'error', offline: 'warning' } as const;

export function serverStatus(status: CandelaStatus): ServerStatus {
  const health = HEALTH[status.state];
  const room = MAX_CHARACTERS - NAME.length - HEALTH_WORD[health].length;
  if (status.state === 'offline') return { health, message: `${status.text} not reachable` };
  const text = status.text.replaceAll(' / ', '/');
  const percent = status.percent === null ? '' : ` ${Math.floor(status.percent)}%`;
  const message = status.text.includes('%') ? text : text + percent;
  return { health, message: message.length <= room ? message : text.slice(0, room) };
}
