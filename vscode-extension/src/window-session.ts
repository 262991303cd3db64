import * as vscode from 'vscode';
import {
  type CatchUp,
  EditorSession,
  isLoopbackUrl,
  type StatusModel,
  texts,
  type ThresholdNotice,
} from '@candela/core/client';
import { candelaHome, daemonLocator, FileToldThresholds, sharedOutboxStore } from '@candela/core/client/node';
import type { CommandId } from './command-ids.ts';
import { defaultDaemonUrl, startBundledDaemon } from './daemon.ts';
import { messages } from './messages.ts';
import { type ExtensionSettings, readSettings, SETTINGS_SECTION } from './settings.ts';
import { StatusBar } from './status-bar.ts';

/** One window's session with Candela and what draws it; a change of settings replaces the session. */
export class WindowSession {
  readonly statusBar = new StatusBar();
  readonly onStatusChange: vscode.Event<StatusModel>;
  /** The daemon has answered; see `EditorSession.onAnswer`. */
  readonly onAnswer: vscode.Event<void>;
  readonly #statusChanges = new vscode.EventEmitter<StatusModel>();
  readonly #answers = new vscode.EventEmitter<void>();
  readonly #home = candelaHome(process.env);
  readonly #told = new FileToldThresholds(this.#home);
  readonly #daemonScriptPath: string;
  readonly #focusChanges: vscode.Disposable;
  #settings: ExtensionSettings;
  #session: EditorSession;

  constructor({ extensionUri }: vscode.ExtensionContext) {
    this.onStatusChange = this.#statusChanges.event;
    this.onAnswer = this.#answers.event;
    this.#daemonScriptPath = vscode.Uri.joinPath(extensionUri, 'dist', 'candela.mjs').fsPath;
    this.#settings = currentSettings();
    this.#session = this.#open();
    this.#focusChanges = vscode.window.onDidChangeWindowState(({ focused }) =>
      this.#session.setFocused(focused),
    );
  }

  get session(): EditorSession {
    return this.#session;
  }

  get settings(): ExtensionSettings {
    return this.#settings;
  }

  /** The program that comes with the extension: the daemon, and the MCP server. */
  get daemonScriptPath(): string {
    return this.#daemonScriptPath;
  }

  daemonUrl(): Promise<string> {
    const { url: configuredUrl } = this.#settings.daemon;
    return daemonLocator({ home: this.#home, configuredUrl, defaultUrl: defaultDaemonUrl(process.env) })();
  }

  /**
   * Whether secrets may go there: to the daemon of this machine's user, known by a file only they can write, or to an
   * address on this machine that they set. Anybody's program might answer at the default one.
   */
  async isTrusted(baseUrl: string): Promise<boolean> {
    const { url: configuredUrl } = this.#settings.daemon;
    const known = await daemonLocator({ home: this.#home, configuredUrl, defaultUrl: '' })();
    return known === baseUrl && isLoopbackUrl(baseUrl);
  }

  startDaemon(): Promise<string> {
    return startBundledDaemon({
      scriptPath: this.#daemonScriptPath,
      settings: this.#settings.daemon,
      resolveBaseUrl: () => this.daemonUrl(),
      env: process.env,
    });
  }

  /** Shows what is known at once, and starts a daemon in the background if that is wanted and none answers. */
  async start(): Promise<void> {
    await this.#session.start();
    const { autoStart, url } = this.#settings.daemon;
    // An address the user set is the user's own daemon, or a colleague's: not ours to replace.
    if (this.#session.status.severity !== 'offline' || !autoStart || url !== '') return;
    try {
      await this.startDaemon();
      await this.#session.refresh();
    } catch (error) {
      void vscode.window.showWarningMessage(messages.daemonNotStarted(describe(error)));
    }
  }

  async reconfigure(): Promise<void> {
    const before = this.#session;
    this.#settings = currentSettings();
    this.#session = this.#open();
    await before.stop();
    await this.#session.start();
  }

  async stop(): Promise<void> {
    this.#focusChanges.dispose();
    await this.#session.stop();
    this.#statusChanges.dispose();
    this.#answers.dispose();
    this.statusBar.dispose();
  }

  #open(): EditorSession {
    const { daemon, status: settings, pollIntervalMs, areNotificationsEnabled } = this.#settings;
    const session = new EditorSession({
      resolveBaseUrl: () => this.daemonUrl(),
      outboxStore: sharedOutboxStore({ home: this.#home, configuredUrl: daemon.url }),
      settings,
      pollIntervalMs,
      ...(areNotificationsEnabled && { thresholds: { told: this.#told, onReached: tellThreshold } }),
      onCaughtUp: tellCaughtUp,
      onOutboxError: (error) => void vscode.window.showErrorMessage(messages.outboxFailed(describe(error))),
    });
    const draw = (status: StatusModel) => {
      this.statusBar.draw(status);
      this.#statusChanges.fire(status);
    };
    session.onStatus(draw);
    session.onAnswer(() => this.#answers.fire());
    session.setFocused(vscode.window.state.focused);
    draw(session.status);
    this.statusBar.setVisible(this.#settings.isStatusBarVisible);
    return session;
  }
}

function currentSettings(): ExtensionSettings {
  return readSettings(vscode.workspace.getConfiguration(SETTINGS_SECTION));
}

function tellCaughtUp({ sentCount, refused }: CatchUp): void {
  if (sentCount > 0) vscode.window.setStatusBarMessage(texts.annotation.caughtUp(sentCount), 5_000);
  for (const { entry, reason } of refused) {
    void vscode.window.showWarningMessage(messages.refusedLater(entry.annotation.traceId, reason));
  }
}

function tellThreshold({ text }: ThresholdNotice): void {
  const details = messages.links.budget();
  const showBudget = 'candela.showBudget' satisfies CommandId;
  void vscode.window
    .showWarningMessage(text, details)
    .then((chosen) => chosen === details && vscode.commands.executeCommand(showBudget));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
