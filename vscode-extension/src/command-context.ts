import type { EditorSession } from '@candela/core/client';
import type { BranchCost } from './branch-cost.ts';
import type { ProviderKeys } from './provider-keys.ts';
import type { RecentCallsView } from './recent-calls/recent-calls-view.ts';
import type { TraceDocuments } from './recent-calls/trace-documents.ts';
import type { WorkspaceLabels } from './workspace-labels.ts';

/** What a command works with. */
export interface CommandContext {
  /** The running session; asked anew each time, because a change of settings replaces it. */
  readonly session: () => EditorSession;
  /** Where the daemon is now. */
  readonly daemonUrl: () => Promise<string>;
  /** Makes sure a daemon runs. @throws Error that says why it does not */
  readonly startDaemon: () => Promise<string>;
  readonly recentCalls: RecentCallsView;
  readonly traceDocuments: TraceDocuments;
  readonly keys: ProviderKeys;
  readonly labels: WorkspaceLabels;
  readonly branchCost: BranchCost;
  /** `<publisher>.<name>` of this extension. */
  readonly extensionId: string;
}

/** What a keybinding, a task or a test passes: one object of options, or nothing at all. */
export type CommandArguments = Readonly<Record<string, unknown>>;

/** A command; the answer goes to whoever called `executeCommand`. */
export type CommandHandler = (context: CommandContext, args: CommandArguments) => Promise<unknown>;

export function textArgument(args: CommandArguments, key: string): string | undefined {
  const value = args[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberArgument(args: CommandArguments, key: string): number | undefined {
  const value = args[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** `quiet: true` asks for the answer only, without a window. */
export function isQuiet(args: CommandArguments): boolean {
  return args['quiet'] === true;
}
