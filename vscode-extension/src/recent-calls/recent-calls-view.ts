import * as vscode from 'vscode';
import {
  branchCostLine,
  type DaemonConnection,
  type EditorSession,
  OutcomeBook,
  type RecentTrace,
} from '@candela/core/client';
import type { BranchCost } from '../branch-cost.ts';
import { messages } from '../messages.ts';
import { CallItem } from './call-item.ts';

export const RECENT_CALLS_VIEW = 'candela.recentCalls';

const READ_TIMEOUT_MS = 5_000;

/**
 * The side view: the newest calls, kept up to date while it is looked at. From being told that the list changed until
 * it has fetched the list, VS Code runs the buttons beside the entries without saying whose they are. So it is told only
 * when all is read, and of single entries where no call came or went.
 */
export class RecentCallsView implements vscode.TreeDataProvider<CallItem> {
  readonly onDidChangeTreeData: vscode.Event<CallItem[] | undefined>;
  /** The entries to draw anew; undefined: the list itself. */
  readonly #changes = new vscode.EventEmitter<CallItem[] | undefined>();
  readonly #view: vscode.TreeView<CallItem>;
  readonly #outcomes = new OutcomeBook();
  readonly #session: () => EditorSession;
  readonly #connection: DaemonConnection;
  readonly #branchCost: BranchCost;
  #traces: readonly RecentTrace[] | undefined;
  #items: readonly CallItem[] = [];
  #drawnFor = '';
  #reading: Promise<void> = Promise.resolve();
  #isReadQueued = false;

  constructor(options: {
    readonly session: () => EditorSession;
    readonly connection: DaemonConnection;
    readonly branchCost: BranchCost;
  }) {
    this.#session = options.session;
    this.#connection = options.connection;
    this.#branchCost = options.branchCost;
    this.onDidChangeTreeData = this.#changes.event;
    this.#view = vscode.window.createTreeView(RECENT_CALLS_VIEW, { treeDataProvider: this });
    this.#view.onDidChangeVisibility(({ visible }) => visible && void this.#read());
  }

  /**
   * Called whenever the daemon has answered, or ceased to. Asks for calls only while somebody looks, and only if some
   * were made since: the figures tell, or, of those that cost nothing, a daemon that answers because it has news.
   */
  onAnswer(): void {
    const { figures, status } = this.#session();
    const seenFor = [status.severity === 'offline', figures?.spentUsd, figures?.usage?.calls].join(' ');
    const hasNews = status.source?.via === 'push' || seenFor !== this.#drawnFor;
    if (hasNews && this.#view.visible) void this.#read();
    this.#drawnFor = seenFor;
  }

  /** Asks again, for outcomes too: another window or program may have set some. Resolves when it is drawn. */
  async refresh(): Promise<void> {
    this.#outcomes.clear();
    await this.#read();
  }

  /** Shows what the developer just said, whether the daemon has heard of it or not. */
  noteOutcome(traceId: string, success: boolean): void {
    this.#outcomes.note(traceId, success);
    this.#draw(this.#traces ?? []);
  }

  getTreeItem(item: CallItem): vscode.TreeItem {
    return item;
  }

  async getChildren(parent?: CallItem): Promise<CallItem[]> {
    if (parent !== undefined) return [];
    if (this.#traces === undefined) await this.#read();
    return [...this.#items];
  }

  dispose(): void {
    this.#view.dispose();
    this.#changes.dispose();
  }

  /** One after the other; whoever asks while one waits to begin gets that one. */
  #read(): Promise<void> {
    if (this.#isReadQueued) return this.#reading;
    this.#isReadQueued = true;
    this.#reading = this.#reading.then(() => this.#readAndDraw());
    return this.#reading;
  }

  async #readAndDraw(): Promise<void> {
    this.#isReadQueued = false;
    const { traces, staleReason } = await this.#session().recentTraces();
    const [branchLine] =
      staleReason === undefined ? await Promise.all([this.#branchLine(), this.#readOutcomes(traces)]) : [''];
    const message = staleReason === undefined ? branchLine : messages.calls.stale(staleReason);
    // Above an empty list it would stand in place of what says why it is empty.
    this.#view.message = traces.length === 0 ? '' : message;
    this.#traces = traces;
    this.#draw(traces);
  }

  #draw(traces: readonly RecentTrace[]): void {
    const before = this.#items;
    const known = new Map(before.map((item) => [item.traceId, item]));
    const changed: CallItem[] = [];
    this.#items = traces.map((trace) => {
      const item = known.get(trace.traceId) ?? new CallItem(trace.traceId);
      if (item.update(trace, this.#outcomes.of(trace.traceId))) changed.push(item);
      return item;
    });
    const isSameList =
      this.#items.length === before.length && this.#items.every((item, index) => item === before[index]);
    if (!isSameList) this.#changes.fire(undefined);
    else if (changed.length > 0) this.#changes.fire(changed);
  }

  /** What the branch cost; empty where that is not known. */
  async #branchLine(): Promise<string> {
    const found = await this.#branchCost.read().catch(() => undefined);
    const line = found && branchCostLine(found.branch, found.usage);
    return line === undefined ? '' : messages.calls.branch(line);
  }

  /** Without them the calls are shown all the same. */
  async #readOutcomes(traces: readonly RecentTrace[]): Promise<void> {
    const ids = traces.map(({ traceId }) => traceId);
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    await this.#outcomes.read(await this.#connection.api(), ids, signal).catch(() => {});
  }
}
