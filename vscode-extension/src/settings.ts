import { DEFAULT_STATUS_SETTINGS, type StatusFormat, type StatusSettings } from '@candela/core/client';

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
}

const FORMATS: readonly StatusFormat[] = ['spendOfBudget', 'spend', 'percent'];

/** Reads the user's settings; a value of the wrong type or out of range counts as not set. */
export function readSettings(reader: SettingsReader): ExtensionSettings {
  const number = (key: string, fallback: number, [least, most]: readonly [number, number]) => {
    const value = reader.get(key);
    return typeof value === 'number' && value >= least && value <= most ? value : fallback;
  };
  const text = (key: string) => {
    const value = reader.get(key);
    return typeof value === 'string' ? value.trim() : '';
  };
  const flag = (key: string) => reader.get(key) !== false;
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
      warnFraction: number('warnAtPercent', 80, [0, 1000]) / 100,
      overFraction: number('overAtPercent', 100, [0, 1000]) / 100,
      format: FORMATS.find((known) => known === format) ?? DEFAULT_STATUS_SETTINGS.format,
    },
    isStatusBarVisible: flag('statusBar.visible'),
  };
}
