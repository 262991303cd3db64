import { JsoncDocument } from '../jsonc/jsonc-document.ts';
import type { PlannedFile } from '../planned-file.ts';
import { emptyToUndefined } from './zed-settings.ts';
import { TASK_LABELS } from './zed-tasks.ts';

const BINDINGS: readonly (readonly [keys: string, task: string])[] = [
  ['ctrl-alt-g', TASK_LABELS.good],
  ['ctrl-alt-b', TASK_LABELS.bad],
  ['ctrl-alt-a', TASK_LABELS.annotate],
];

interface Section {
  readonly bindings?: Readonly<Record<string, unknown>>;
}

/** `keymap.json`: keys for the tasks (zed.dev/docs/key-bindings). Keys that the developer uses stay theirs. */
export function zedKeymap(path: string): PlannedFile {
  return {
    path,
    what: `keymap: ${BINDINGS.map(([keys]) => keys).join(', ')}, unless taken`,
    add(current) {
      const document = new JsoncDocument(path, current, '[]');
      const taken = sectionsOf(document).flatMap(({ bindings }) => Object.entries(bindings ?? {}));
      const isFree = ([keys, task]: (typeof BINDINGS)[number]) =>
        !taken.some(([takenKeys, action]) => takenKeys === keys || isSpawnOf(action, task));
      const bindings = BINDINGS.filter(isFree).map(([keys, task]) => [
        keys,
        ['task::Spawn', { task_name: task }],
      ]);
      if (bindings.length === 0) return document.text;
      return document.append([], { context: 'Workspace', bindings: Object.fromEntries(bindings) }).text;
    },
    remove(current) {
      let document = new JsoncDocument(path, current, '[]');
      for (const [index, { bindings }] of [...sectionsOf(document).entries()].toReversed()) {
        const ours = Object.entries(bindings ?? {}).filter(([, action]) =>
          BINDINGS.some(([, task]) => isSpawnOf(action, task)),
        );
        if (ours.length > 0 && ours.length === Object.keys(bindings ?? {}).length) {
          document = document.remove([index]);
        } else for (const [keys] of ours) document = document.remove([index, 'bindings', keys]);
      }
      return emptyToUndefined(document.text);
    },
  };
}

function sectionsOf(document: JsoncDocument): readonly Section[] {
  return (document.get([]) as readonly unknown[]).map((section) => Object(section) as Section);
}

function isSpawnOf(action: unknown, task: string): boolean {
  if (!Array.isArray(action) || action[0] !== 'task::Spawn') return false;
  return (Object(action[1]) as { readonly task_name?: unknown }).task_name === task;
}
