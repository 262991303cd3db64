import type { PlannedFile, SetupMachine } from './planned-file.ts';

/** Everything a setup would do for one editor. */
export interface EditorPlan {
  readonly files: readonly PlannedFile[];
  /** What is left for the developer to do by hand, a sentence each. */
  readonly steps: readonly string[];
}

export interface EditorOptions {
  /** Bind keys, too, where the editor keeps them in a file. */
  readonly keymap: boolean;
}

/** What a setup has to know of an editor; one file an editor, listed in `editors.ts`. */
export interface Editor {
  /** @throws SetupError where the editor is not there */
  plan(machine: SetupMachine, options: EditorOptions): Promise<EditorPlan>;
  /** A file of an earlier plan, so that our parts can be taken out of it; undefined if it is none. */
  fileAt(path: string, machine: SetupMachine): PlannedFile | undefined;
}
