import path from 'node:path';
import type { Editor } from '../editor.ts';
import { findModels, type FoundModels } from '../find-models.ts';
import type { PlannedFile, SetupMachine } from '../planned-file.ts';
import { SetupError } from '../setup-error.ts';
import { zedFolders } from './zed-folders.ts';
import { zedKeymap } from './zed-keymap.ts';
import { zedSettings } from './zed-settings.ts';
import { zedTasks } from './zed-tasks.ts';

export const zed: Editor = {
  async plan(machine, { keymap }) {
    const folders = zedFolders(machine);
    if (folders.length === 0) {
      throw new SetupError('no configuration of Zed was found: start Zed once, then run this again');
    }
    const found = await findModels(machine.env);
    const names = ['settings.json', 'tasks.json', ...(keymap ? ['keymap.json'] : [])];
    const files = folders.flatMap((folder) =>
      names.flatMap((name) => zedFile(path.join(folder, name), machine, found) ?? []),
    );
    return { files, steps: steps(found, keymap) };
  },
  fileAt: (filePath, machine) => zedFile(filePath, machine, { baseUrl: '', models: [] }),
};

function zedFile(
  filePath: string,
  { candela }: SetupMachine,
  { baseUrl, models }: Pick<FoundModels, 'baseUrl' | 'models'>,
): PlannedFile | undefined {
  switch (path.basename(filePath)) {
    case 'settings.json':
      return zedSettings({ path: filePath, candela, baseUrl, models });
    case 'tasks.json':
      return zedTasks(filePath, candela);
    case 'keymap.json':
      return zedKeymap(filePath);
    default:
      return undefined;
  }
}

function steps({ areDefaults, baseUrl }: FoundModels, hasKeymap: boolean): readonly string[] {
  return [
    'Set CANDELA_API_KEY to any text in the environment Zed starts with, or enter one under "candela" in the agent panel’s settings: Zed wants a key, Candela needs none on this machine.',
    ...(areDefaults
      ? [
          `No Candela answered at ${baseUrl}: the models are a usual choice. Run this again while it runs to add those it has.`,
        ]
      : []),
    'Pick a model "… (Candela)" in the agent panel; ask /spend, /recent-traces or /annotate there.',
    hasKeymap
      ? 'Tasks have keys: ctrl-alt-g (good), ctrl-alt-b (bad), ctrl-alt-a (annotate).'
      : 'Run "task: spawn" and type "candela" to annotate; `candela setup zed --keymap` gives the tasks keys.',
    'For the spend in the status bar install the extension in zed-bridge/ as a dev extension.',
  ];
}
