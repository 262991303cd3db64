import type { SetupReport } from './setup-editor.ts';

/** The report for people. */
export function setupText({ mode, files, steps }: SetupReport): string {
  if (mode === 'undo' && files.length === 0) return 'There is nothing to undo.\n';
  const lines = files.map(({ path, what, outcome, backup, diff }) => {
    const said = mode === 'dryRun' ? `would be ${outcome}` : outcome;
    const kept = backup === undefined ? '' : `\n    as it was: ${backup}`;
    return `${said}: ${path}\n    ${what}${kept}${diff === undefined ? '' : `\n${diff.trimEnd()}`}`;
  });
  const todo = steps.length === 0 ? [] : ['', 'What is left to do:', ...steps.map((step) => `  - ${step}`)];
  return `${[...lines, ...todo].join('\n')}\n`;
}
