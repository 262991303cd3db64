import * as vscode from 'vscode';
import { callLine, type CallStanding, type RecentTrace } from '@candela/core/client';
import type { CommandId } from '../command-ids.ts';

/** A different sign for each, so that none is told by colour alone. */
const ICONS: Readonly<Record<CallStanding, vscode.ThemeIcon>> = {
  good: new vscode.ThemeIcon('thumbsup-filled', new vscode.ThemeColor('testing.iconPassed')),
  bad: new vscode.ThemeIcon('thumbsdown-filled', new vscode.ThemeColor('testing.iconFailed')),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground')),
  answered: new vscode.ThemeIcon('comment'),
};

/** What menus tell calls by, in `when` clauses: `viewItem =~ /^candela\.call/`. */
const CONTEXT_VALUE = 'candela.call';

/** One call in the side view. As a command's argument it names its trace. */
export class CallItem extends vscode.TreeItem {
  readonly traceId: string;
  #drawn = '';

  constructor(traceId: string) {
    super('');
    this.traceId = traceId;
    this.id = traceId;
    const showCall = 'candela.showCall' satisfies CommandId;
    this.command = { command: showCall, title: '', arguments: [{ traceId }] };
  }

  /** Takes over what is known of the call by now; answers whether it is drawn differently from before. */
  update(trace: RecentTrace, success: boolean | undefined): boolean {
    const line = callLine(trace, success, Date.now());
    this.label = line.label;
    this.description = line.description;
    this.tooltip = new vscode.MarkdownString(line.tooltipMarkdown);
    this.iconPath = ICONS[line.standing];
    this.contextValue = `${CONTEXT_VALUE}.${line.standing}`;
    this.accessibilityInformation = { label: line.accessibilityLabel };
    const before = this.#drawn;
    this.#drawn = JSON.stringify(line);
    return this.#drawn !== before;
  }
}
