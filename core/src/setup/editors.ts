import type { Editor } from './editor.ts';
import type { EditorName } from './editor-names.ts';
import { jetbrains } from './jetbrains/jetbrains.ts';
import { zed } from './zed/zed.ts';

export const EDITORS: Readonly<Record<EditorName, Editor>> = { jetbrains, zed };
