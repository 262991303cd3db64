import {
  DEFAULT_NOTIFY_AT_PERCENTS,
  DEFAULT_STATUS_SETTINGS,
  STATUS_FORMATS,
  type StatusSettings,
} from '@candela/core/client';

/** The section of the user's settings that is ours. */
export const SETTINGS_SECTION = 'candela';

/** What is used of `vscode.WorkspaceConfiguration`. */
export interface SettingsReader {
  get(key: string): unknown;
}

export interface ExtensionSettings {
  readonly daemon: {
    /** Overrides the search for the daemon; `''` means: search. */
    readonly url: string;
    readonly autoStart: boolean;
    /** The Node that runs the bundled daemon; `''` means the editor's own. */
    readonly nodePath: string;
  };
  readonly pollIntervalMs: number;
  readonly status: StatusSettings;
  readonly isStatusBarVisible: boolean;
  readonly areNotificationsEnabled: boolean;
  readonly areLabelsEnabled: boolean;
  readonly chat: {
    readonly isEnabled: boolean;
    /** See `offeredModels`. */
    readonly models: readonly string[];
  };
  readonly isMcpEnabled: boolean;
}

/** Reads the user's settings; a value of the wrong type or out of range counts as not set. */
export function readSettings(reader: SettingsReader): ExtensionSettings {
  const inRange = (value: unknown, [least, most]: readonly [number, number]) =>
    typeof value === 'number' && value >= least && value <= most;
  const number = (key: string, fallback: number, range: readonly [number, number]) => {
    const value = reader.get(key);
    return inRange(value, range) ? (value as number) : fallback;
  };
  const text = (key: string) => {
    const value = reader.get(key);
    return typeof value === 'string' ? value.trim() : '';
  };
  const flag = (key: string) => reader.get(key) !== false;
  const list = <Item>(key: string, fallback: readonly Item[], isItem: (item: unknown) => boolean) => {
    const value = reader.get(key);
    return Array.isArray(value) && value.every(isItem) ? (value as readonly Item[]) : fallback;
  };
  const format = text('statusBar.format');
  const url = text('daemon.url');
  return {
    daemon: {
      url: /^https?:\/\//.test(url) && URL.canParse(url) ? url : '',
      autoStart: flag('daemon.autoStart'),
      nodePath: text('daemon.nodePath'),
    },
    pollIntervalMs: number('pollIntervalSeconds', 5, [1, 3600]) * 1000,
    status: {
      warnFraction: number('warnAtPercent', 80, PERCENT_RANGE) / 100,
      overFraction: number('overAtPercent', 100, PERCENT_RANGE) / 100,
      format: STATUS_FORMATS.find((known) => known === format) ?? DEFAULT_STATUS_SETTINGS.format,
      notifyAtPercents: list<number>('notifications.thresholds', DEFAULT_NOTIFY_AT_PERCENTS, (percent) =>
        inRange(percent, PERCENT_RANGE),
      ),
    },
    isStatusBarVisible: flag('statusBar.visible'),
    areNotificationsEnabled: flag('notifications.enabled'),
    areLabelsEnabled: flag('labels.enabled'),
    chat: {
      isEnabled: flag('chat.enabled'),
      models: list<string>('chat.models', [], (pattern) => typeof pattern === 'string'),
    },
    isMcpEnabled: flag('mcp.enabled'),
  };
}

const PERCENT_RANGE = [0, 1000] as const;
