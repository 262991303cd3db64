import { JsoncDocument } from '../jsonc/jsonc-document.ts';
import type { CandelaProgram, PlannedFile } from '../planned-file.ts';
import { emptyToUndefined } from './zed-settings.ts';

/** The labels, by which the keymap names the tasks. */
export const TASK_LABELS = {
  good: 'candela: mark last call good',
  bad: 'candela: mark last call bad',
  annotate: 'candela: annotate…',
} as const;

/** `tasks.json`: annotating without leaving Zed (zed.dev/docs/tasks). */
export function zedTasks(path: string, candela: CandelaProgram): PlannedFile {
  const tasks = [
    quietTask(candela, TASK_LABELS.good, 'good'),
    quietTask(candela, TASK_LABELS.bad, 'bad'),
    {
      label: TASK_LABELS.annotate,
      ...taskCommand(candela, ['annotate', '--interactive']),
      reveal: 'always',
      hide: 'on_success',
      use_new_terminal: true,
    },
  ];
  return {
    path,
    what: 'tasks: mark the last call good or bad, annotate',
    add(current) {
      let document = new JsoncDocument(path, current, '[]');
      for (const task of tasks) document = addTask(document, task);
      return document.text;
    },
    remove(current) {
      let document = new JsoncDocument(path, current, '[]');
      for (const { label } of tasks) {
        const index = indexOf(document, label);
        if (index >= 0) document = document.remove([index]);
      }
      return emptyToUndefined(document.text);
    },
  };
}

/** Of a task that is there, only what it runs is ours to change. */
function addTask(
  document: JsoncDocument,
  task: { readonly label: string; readonly command: string; readonly args: readonly string[] },
): JsoncDocument {
  const index = indexOf(document, task.label);
  if (index < 0) return document.append([], task);
  return document.set([index, 'command'], task.command).set([index, 'args'], task.args);
}

function indexOf(document: JsoncDocument, label: string): number {
  const tasks = document.get([]) as readonly unknown[];
  return tasks.findIndex((task) => (Object(task) as { readonly label?: unknown }).label === label);
}

function quietTask(candela: CandelaProgram, label: string, outcome: 'good' | 'bad') {
  return {
    label,
    ...taskCommand(candela, ['annotate', '--last', '--outcome', outcome]),
    reveal: 'never',
    hide: 'on_success',
    allow_concurrent_runs: true,
    show_summary: false,
  };
}

/** Zed hands the command to a shell as it is, and quotes the arguments. */
function taskCommand({ command, args }: CandelaProgram, own: readonly string[]) {
  return { command: /\s/.test(command) ? `"${command}"` : command, args: [...args, ...own] };
}
