import * as vscode from 'vscode';
import type { CallLabels } from '@candela/core/client';
import { BRANCH_LABEL, vcsLabels } from '@candela/core/client/node';

/** What the window's calls are labelled with: the editor, and the repository and branch one works in. */
export class WorkspaceLabels {
  readonly #isEnabled: () => boolean;

  constructor(options: { readonly isEnabled: () => boolean }) {
    this.#isEnabled = options.isEnabled;
  }

  get isEnabled(): boolean {
    return this.#isEnabled();
  }

  /** Of a chat in this window. Nothing at all where the user switched labels off. */
  async ofCalls(): Promise<CallLabels> {
    if (!this.#isEnabled()) return {};
    return { editor: editorName(), ...(await this.ofRepository()) };
  }

  /** Repository and branch only; empty outside of one. */
  async ofRepository(): Promise<CallLabels> {
    const folder = currentFolder();
    return folder === undefined || !this.#isEnabled() ? {} : vcsLabels(folder);
  }

  /** Undefined without a branch: outside of a repository, or at a commit of none. */
  async branch(): Promise<{ readonly name: string; readonly labels: CallLabels } | undefined> {
    const labels = await this.ofRepository();
    const name = labels[BRANCH_LABEL];
    return name === undefined ? undefined : { name, labels };
  }
}

/** The folder of the file one looks at, else the first of the window; files of other machines have no path here. */
function currentFolder(): string | undefined {
  const { activeTextEditor } = vscode.window;
  const { workspaceFolders } = vscode.workspace;
  const open = activeTextEditor && vscode.workspace.getWorkspaceFolder(activeTextEditor.document.uri);
  const { uri } = open ?? workspaceFolders?.[0] ?? {};
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}

/** `vscode`, `cursor`, `vscodium` …: what the editor calls itself in links. */
function editorName(): string {
  return vscode.env.uriScheme;
}
