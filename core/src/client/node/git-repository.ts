import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Far beyond any real one; what is longer is not read. */
const MAX_FILE_BYTES = 1_000_000;

/** Where git keeps what belongs to a folder. */
export interface GitRepository {
  /** The working tree's top folder. */
  readonly workTree: string;
  /** `HEAD` is here: a folder of its own for every worktree. */
  readonly gitDir: string;
  /** `config` is here: shared by all worktrees. */
  readonly commonDir: string;
}

/**
 * Finds the repository that a folder is in, without running git: `.git` is its folder, or, in a worktree and a
 * submodule, a file that says where that is. https://git-scm.com/docs/gitrepository-layout
 */
export async function findGitRepository(folder: string): Promise<GitRepository | undefined> {
  for (let workTree = path.resolve(folder); ; workTree = path.dirname(workTree)) {
    const gitDir = await gitDirAt(path.join(workTree, '.git'));
    if (gitDir !== undefined) {
      const common = await readSmallFile(path.join(gitDir, 'commondir'));
      return {
        workTree,
        gitDir,
        commonDir: common === undefined ? gitDir : path.resolve(gitDir, common.trim()),
      };
    }
    if (workTree === path.dirname(workTree)) return undefined;
  }
}

/** The branch that is checked out: undefined for a commit without one. */
export async function currentBranch({ gitDir }: GitRepository): Promise<string | undefined> {
  const head = (await readSmallFile(path.join(gitDir, 'HEAD')))?.trim();
  const branch = head === undefined ? undefined : /^ref:\s*refs\/heads\/(.+)$/.exec(head)?.[1];
  // A repository with the reftable format keeps its HEAD elsewhere, and has this here.
  return branch === '.invalid' ? undefined : branch;
}

/** The repository's `config`, or nothing where there is none. */
export async function repositoryConfig({ commonDir }: GitRepository): Promise<string> {
  return (await readSmallFile(path.join(commonDir, 'config'))) ?? '';
}

async function gitDirAt(dotGit: string): Promise<string | undefined> {
  const found = await stat(dotGit).catch(() => undefined);
  if (found?.isDirectory()) {
    // An empty `.git` is no repository, and git looks further up too.
    return (await stat(path.join(dotGit, 'HEAD')).catch(() => undefined)) === undefined ? undefined : dotGit;
  }
  const pointer = found?.isFile() ? await readSmallFile(dotGit) : undefined;
  const target = pointer === undefined ? undefined : /^gitdir:\s*(.+)$/m.exec(pointer)?.[1]?.trim();
  return target === undefined ? undefined : path.resolve(path.dirname(dotGit), target);
}

/** Undefined for what is not there or may not be read: then nothing is known, which is no failure. */
async function readSmallFile(filePath: string): Promise<string | undefined> {
  const found = await stat(filePath).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size > MAX_FILE_BYTES) return undefined;
  return readFile(filePath, 'utf8').catch(() => undefined);
}
