import path from 'node:path';
import type { CallLabels } from '../connection/labels-header.ts';
import { currentBranch, findGitRepository, repositoryConfig } from './git-repository.ts';
import { remoteName } from './remote-name.ts';

/**
 * The names of OpenTelemetry's conventions for version control.
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/vcs/
 */
export const REPOSITORY_LABEL = 'vcs.repository.name';
export const BRANCH_LABEL = 'vcs.ref.head.name';

/** A label's longest value, in UTF-16 units (`labelsFrom`). */
const MAX_VALUE_CHARS = 256;

/**
 * Which repository and branch a folder is in, as labels of a call: at most these two names, read from git's files.
 * Of the remote's address only the repository's name is taken; without a remote the folder's name stands for it.
 * No repository, no label; no branch (a detached HEAD), no label of one. Never rejects.
 */
export async function vcsLabels(folder: string): Promise<CallLabels> {
  const repository = await findGitRepository(folder);
  if (repository === undefined) return {};
  const name = remoteName(await repositoryConfig(repository)) ?? folderName(repository.commonDir);
  const branch = await currentBranch(repository);
  return {
    ...labelled(REPOSITORY_LABEL, name),
    ...labelled(BRANCH_LABEL, branch),
  };
}

function labelled(key: string, value: string | undefined): CallLabels {
  const isUsable = value !== undefined && value.length <= MAX_VALUE_CHARS && !/\p{Cc}/u.test(value);
  return isUsable ? { [key]: value } : {};
}

/** `…/name/.git` and a bare `…/name.git` alike, the same for every worktree. */
function folderName(commonDir: string): string {
  const named = path.basename(commonDir) === '.git' ? path.dirname(commonDir) : commonDir;
  return path.basename(named).replace(/\.git$/, '');
}
