import { type DaemonConnection, readBranchCost, type UsageFigures } from '@candela/core/client';
import type { WorkspaceLabels } from './workspace-labels.ts';

/** What the branch that one works in has cost so far. */
export class BranchCost {
  readonly #connection: DaemonConnection;
  readonly #labels: WorkspaceLabels;

  constructor(options: { readonly connection: DaemonConnection; readonly labels: WorkspaceLabels }) {
    this.#connection = options.connection;
    this.#labels = options.labels;
  }

  /** Undefined where there is no branch, or labels are switched off. @throws Error that says what went wrong */
  async read(): Promise<{ readonly branch: string; readonly usage: UsageFigures } | undefined> {
    const branch = await this.#labels.branch();
    if (branch === undefined) return undefined;
    return { branch: branch.name, usage: await readBranchCost(this.#connection, branch.labels) };
  }
}
