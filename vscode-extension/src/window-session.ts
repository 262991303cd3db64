import * as vscode from 'vscode';
import { type CatchUp, EditorSession, type StatusModel, texts } from '@candela/core/client';
import { candelaHome, daemonLocator, FileOutboxStore } from '@candela/core/client/node';
import { startBundledDaemon } from './daemon.ts';
import { messages } from './messages.ts';
import { type ExtensionSettings, readSettings, SETTINGS_SECTION } from './settings.ts';
import { StatusBar } from './status-bar.ts';

/** One window's session with Candela and what draws it; a change of settings replaces the session. */
export class WindowSession {
  readonly statusBar = new StatusBar();
  readonly onStatusChange: vscode.Event<StatusModel>;
  readonly #statusChanges = new vscode.EventEmitter<StatusModel>();
  readonly #outboxStore: FileOutboxStore;
  readonly #daemonScriptPath: string;
  #settings: ExtensionSettings;
  #session: EditorSession;

  constructor({ globalStorageUri, extensionUri }: vscode.ExtensionContext) {
    this.onStatusChange = this.#statusChanges.event;
    this.#outboxStore = new FileOutboxStore(vscode.Uri.joinPath(globalStorageUri, 'outbox').fsPath);
    this.#daemonScriptPath = vscode.Uri.joinPath(extensionUri, 'dist', 'candela.mjs').fsPath;
    this.#settings = currentSettings();
    this.#session = this.#open();
  }

  get session(): EditorSession {
    return this.#session;
  }

  daemonUrl(): Promise<string> {
    return daemonLocator({ home: candelaHome(process.env), configuredUrl: this.#settings.daemon.url })();
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
    await this.#session.stop();
    this.#statusChanges.dispose();
    this.statusBar.dispose();
  }

  #open(): EditorSession {
    const session = new EditorSession({
      resolveBaseUrl: () => this.daemonUrl(),
      outboxStore: this.#outboxStore,
      settings: this.#settings.status,
      pollIntervalMs: this.#settings.pollIntervalMs,
      onCaughtUp: tellCaughtUp,
      onOutboxError: (error) => void vscode.window.showErrorMessage(messages.outboxFailed(describe(error))),
    });
    const draw = (status: StatusModel) => {
      this.statusBar.draw(status);
      this.#statusChanges.fire(status);
    };
    session.onStatus(draw);
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
