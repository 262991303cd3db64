import { candelaHome } from '../client/node/candela-home.ts';
import type { EditorOptions } from './editor.ts';
import type { EditorName } from './editor-names.ts';
import { EDITORS } from './editors.ts';
import { applyChanges, dryRun, type FileReport, planChanges } from './files/apply.ts';
import { SetupRecord } from './files/setup-record.ts';
import { undo } from './files/undo.ts';
import type { SetupMachine } from './planned-file.ts';

export interface SetupOptions extends EditorOptions {
  readonly mode: 'setup' | 'dryRun' | 'undo';
}

export interface SetupReport {
  readonly editor: EditorName;
  readonly mode: SetupOptions['mode'];
  readonly files: readonly FileReport[];
  /** What is left for the developer to do. */
  readonly steps: readonly string[];
}

/**
 * Puts Candela into an editor's own configuration, or takes it out again. A second setup changes nothing; an undo
 * gives back the bytes from before the first.
 *
 * @throws SetupError, before anything is written, if a file is not what the editor could read
 */
export async function setupEditor(
  editorName: EditorName,
  machine: SetupMachine,
  options: SetupOptions,
): Promise<SetupReport> {
  const { mode } = options;
  const editor = EDITORS[editorName];
  const record = new SetupRecord(candelaHome(machine.env), editorName);
  if (mode === 'undo') {
    const files = await undo(record, (path) => editor.fileAt(path, machine));
    return { editor: editorName, mode, files, steps: [] };
  }
  const { files, steps } = await editor.plan(machine, options);
  const changes = await planChanges(files);
  const reports = mode === 'dryRun' ? dryRun(changes) : await applyChanges(changes, record);
  return { editor: editorName, mode, files: reports, steps };
}
