import {
  costOfBranch,
  type DaemonConnection,
  describeCallFailure,
  type UsageFigures,
} from '@candela/core/client';
import type { WorkspaceLabels } from './workspace-labels.ts';

/** Branches live longer than a day; calls from before are of no branch one works in now. */
const LOOK_BACK_MS = 365 * 24 * 60 * 60 * 1000;
const READ_TIMEOUT_MS = 5_000;

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
    const now = Date.now();
    const range = { startUnixMs: now - LOOK_BACK_MS, endUnixMs: now + READ_TIMEOUT_MS };
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const api = await this.#connection.api();
    try {
      return { branch: branch.name, usage: await costOfBranch(api, branch.labels, range, { signal }) };
    } catch (cause) {
      throw new Error(describeCallFailure(cause, api.baseUrl, READ_TIMEOUT_MS).reason, { cause });
    }
  }
}
