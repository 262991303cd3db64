import * as vscode from 'vscode';
import type { StatusModel, StatusSeverity } from '@candela/core/client';
import type { CommandId } from './command-ids.ts';
import { messages } from './messages.ts';
import { statusBarText } from './status-bar-text.ts';

/** What is drawn, for tests. */
export interface DrawnStatus {
  readonly text: string;
  /** Id of the theme colour; undefined for none. */
  readonly background: string | undefined;
  readonly tooltip: string;
}

/** The two backgrounds VS Code allows an extension. */
const BACKGROUNDS: Readonly<Partial<Record<StatusSeverity, string>>> = {
  warn: 'statusBarItem.warningBackground',
  over: 'statusBarItem.errorBackground',
};

type TooltipLink = readonly [title: () => string, command: CommandId];

const REFRESH: TooltipLink = [messages.links.refresh, 'candela.refresh'];

const TOOLTIP_LINKS: readonly TooltipLink[] = [
  REFRESH,
  [messages.links.budget, 'candela.showBudget'],
  [messages.links.cost, 'candela.showCostSummary'],
  [messages.links.dashboard, 'candela.openDashboard'],
];

/** While there is nothing to show. */
const OFFLINE_LINKS: readonly TooltipLink[] = [[messages.links.start, 'candela.startDaemon'], REFRESH];

/** Draws the model in the status bar. */
export class StatusBar {
  readonly #item: vscode.StatusBarItem;
  #drawn: DrawnStatus = { text: '', background: undefined, tooltip: '' };

  constructor() {
    this.#item = vscode.window.createStatusBarItem('candela.budget', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = messages.statusBarName();
    this.#item.command = 'candela.showActions' satisfies CommandId;
  }

  get drawn(): DrawnStatus {
    return this.#drawn;
  }

  draw(status: StatusModel): void {
    const { severity, tooltipMarkdown, accessibilityLabel } = status;
    const background = BACKGROUNDS[severity];
    const links = severity === 'offline' ? OFFLINE_LINKS : TOOLTIP_LINKS;
    const linkLine = links.map(([title, command]) => `[${title()}](command:${command})`).join(' · ');
    const tooltip = `${tooltipMarkdown}\n\n${linkLine}`;
    this.#item.text = statusBarText(status);
    this.#item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    this.#item.accessibilityInformation = { label: accessibilityLabel, role: 'button' };
    // A new tooltip object would redraw an open hover for nothing.
    if (tooltip !== this.#drawn.tooltip) {
      const markdown = new vscode.MarkdownString(tooltip);
      markdown.isTrusted = { enabledCommands: links.map(([, command]) => command) };
      this.#item.tooltip = markdown;
    }
    this.#drawn = { text: this.#item.text, background, tooltip };
  }

  setVisible(isVisible: boolean): void {
    if (isVisible) this.#item.show();
    else this.#item.hide();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
