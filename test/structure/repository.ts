import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What is not ignored, by path from the root. Git is asked with an empty repository of this process's own: of one that
 * belongs to another user it says nothing, and where the files came without theirs there is none.
 *
 * @param patterns git's own; none: all
 */
export function filesOf(...patterns: readonly string[]): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'candela-git-'));
  const git = (...args: readonly string[]) =>
    execFileSync('git', [`--git-dir=${folder}`, ...args], { cwd: ROOT, encoding: 'utf8' });
  try {
    git('init', '--quiet');
    const listed = git(
      `--work-tree=${ROOT}`,
      'ls-files',
      '--others',
      '--exclude-standard',
      '--',
      ...patterns,
    );
    return listed.split('\n').filter((file) => file !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
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
