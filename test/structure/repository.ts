import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What git tracks, and what is new and not ignored, by path from the root. @param patterns git's own; none: all */
export function filesOf(...patterns: readonly string[]): readonly string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...patterns],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return listed.split('\n').filter((file) => file !== '');
}

export function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** The fenced blocks of `docs/architecture.md` below a heading. */
export function blocksBelow(heading: string): readonly string[] {
  const text = textOf('docs/architecture.md');
  const start = heading === '' ? 0 : text.indexOf(`\n## ${heading}\n`);
  const section = text.slice(start + 1, text.indexOf('\n## ', start + 1));
  return [...section.matchAll(/^```\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}
