/** The editors that `candela setup` knows; apart from what it does to them, so that `--help` loads none of that. */
export const EDITOR_NAMES = ['jetbrains', 'zed'] as const;

export type EditorName = (typeof EDITOR_NAMES)[number];
