import { existsSync } from 'node:fs';
import { DaemonConnection } from '../client/connection/daemon-connection.ts';
import { type CatchUp, EditorSession } from '../client/editor-session.ts';
import { candelaHome } from '../client/node/candela-home.ts';
import { daemonLocator } from '../client/node/daemon-locator.ts';
import { FileToldThresholds } from '../client/node/file-told-thresholds.ts';
import { sharedOutboxStore } from '../client/node/shared-outbox-store.ts';
import { startDaemon } from '../client/node/start-daemon.ts';
import type { ThresholdNotice } from '../client/status/thresholds.ts';
import { branchCostOf, type BranchCost } from './branch-cost.ts';
import type { ClientOptions } from './client-options.ts';
import type { Diagnostics } from './diagnostics.ts';
import { messages } from './messages.ts';

/** What a bridge has of its surroundings. */
export interface BridgeHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program whose `run` is the daemon, started where none answers; undefined or missing: nothing is started. */
  readonly daemonScriptPath?: string | undefined;
  readonly diagnostics: Diagnostics;
}

export interface BridgeSessionOptions extends BridgeHost {
  readonly client: Pick<ClientOptions, 'daemonUrl' | 'autoStart' | 'pollIntervalMs' | 'status'>;
  /** Told of kept annotations that went out later, and of those that never will. */
  readonly onCaughtUp?: (report: CatchUp) => void;
  /** Told once a day and share that a share of the budget is used; absent: nobody is. */
  readonly onThreshold?: (notice: ThresholdNotice) => void;
}

/** One editor's session with the daemon of this machine, which it starts if that is wanted and none answers. */
export class BridgeSession {
  readonly editor: EditorSession;
  readonly #options: BridgeSessionOptions;
  readonly #home: string;
  readonly #resolveBaseUrl: () => Promise<string>;
  #starting: Promise<void> | undefined;
  #settling: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #stopped: Promise<void> | undefined;

  constructor(options: BridgeSessionOptions) {
    const { client, diagnostics, onCaughtUp = () => {}, onThreshold } = options;
    this.#options = options;
    this.#home = candelaHome(options.env);
    const { CANDELA_PORT: port } = options.env;
    this.#resolveBaseUrl = daemonLocator({
      home: this.#home,
      configuredUrl: client.daemonUrl,
      ...(port && { defaultUrl: `http://127.0.0.1:${port}` }),
    });
    this.editor = new EditorSession({
      resolveBaseUrl: this.#resolveBaseUrl,
      outboxStore: sharedOutboxStore({ home: this.#home, configuredUrl: client.daemonUrl }),
      settings: client.status,
      pollIntervalMs: client.pollIntervalMs,
      ...(onThreshold && {
        thresholds: { told: new FileToldThresholds(this.#home), onReached: onThreshold },
      }),
      onCaughtUp,
      onOutboxError: (error) => diagnostics(messages.outboxFailed(describe(error))),
    });
  }

  /** Resolves after the first look for a daemon; where there is none, one is started meanwhile (see `settled`). */
  start(): Promise<void> {
    this.#starting ??= this.editor.start().then(() => {
      if (!this.#stopping.signal.aborted) this.#settling = this.#ensureDaemon();
    });
    return this.#starting;
  }

  /** Resolves once today's figures are known, or it is clear that they cannot be. */
  async settled(): Promise<void> {
    await this.start();
    await this.#settling;
  }

  daemonUrl(): Promise<string> {
    return this.#resolveBaseUrl();
  }

  /** See `branchCostOf`. */
  branchCost(folder: string): Promise<BranchCost | undefined> {
    return branchCostOf(new DaemonConnection(this.#resolveBaseUrl), folder);
  }

  /** The daemon goes on running; a second call awaits the first. */
  stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopped ??= Promise.all([this.editor.stop(), this.#settling]).then(() => {});
    return this.#stopped;
  }

  async #ensureDaemon(): Promise<void> {
    const { client, diagnostics } = this.#options;
    // An address that was set is the user's own daemon, or a colleague's: not ours to replace.
    if (this.editor.status.severity !== 'offline' || !client.autoStart || client.daemonUrl !== '') return;
    try {
      await this.#startDaemon();
      if (!this.#stopping.signal.aborted) await this.editor.refresh();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      diagnostics(messages.daemonNotStarted(describe(error)));
    }
  }

  async #startDaemon(): Promise<void> {
    const { daemonScriptPath: scriptPath, env } = this.#options;
    if (scriptPath === undefined || !existsSync(scriptPath)) throw new Error(messages.noDaemonProgram);
    await startDaemon({
      execPath: process.execPath,
      scriptPath,
      args: ['run'],
      env,
      home: this.#home,
      resolveBaseUrl: this.#resolveBaseUrl,
      signal: this.#stopping.signal,
    });
  }
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
