import { pathToFileURL } from 'node:url';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { waitUntil } from '../harness/wait-until.ts';
import { type BridgeProcess, spawnBridge } from './bridge-process.ts';

export interface Status {
  readonly text: string;
  readonly tooltip: string;
  readonly spendUsd: number | null;
  readonly budgetUsd: number | null;
  readonly percent: number | null;
  readonly state: 'ok' | 'warn' | 'over' | 'offline';
  readonly asOf: string | null;
}

export interface ServerStatus {
  readonly health: string;
  readonly message: string;
}

interface Question {
  readonly message: string;
  readonly actions?: readonly { readonly title: string }[];
}

export interface EditorOptions {
  readonly script: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The open folder's path. */
  readonly folder?: string;
  /** `initializationOptions.candela`. */
  readonly candela?: Readonly<Record<string, unknown>>;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Answers `window/showMessageRequest` with one of the titles, or closes the dialog. */
  readonly answer?: (question: Question) => string | undefined;
}

/** An editor as far as a language server sees one, with a real bridge at the other end of the pipes. */
export class Editor {
  readonly process: BridgeProcess;
  readonly connection: MessageConnection;
  readonly statuses: Status[] = [];
  readonly serverStatuses: ServerStatus[] = [];
  readonly messages: string[] = [];
  readonly questions: Question[] = [];
  readonly shown: string[] = [];
  readonly #options: EditorOptions;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.process = spawnBridge(options.script, options.args ?? [], options.env);
    const { stdin, stdout } = this.process.child;
    const connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection = connection;
    connection.onNotification('candela/status', (status: Status) => void this.statuses.push(status));
    connection.onNotification(
      'experimental/serverStatus',
      (status: ServerStatus) => void this.serverStatuses.push(status),
    );
    connection.onNotification(
      'window/showMessage',
      ({ message }: { message: string }) => void this.messages.push(message),
    );
    connection.onRequest('window/showMessageRequest', (question: Question) => {
      this.questions.push(question);
      const title = options.answer?.(question);
      return title === undefined ? null : { title };
    });
    connection.onRequest('window/showDocument', ({ uri }: { uri: string }) => {
      this.shown.push(uri);
      return { success: true };
    });
    connection.listen();
  }

  /** `initialize`, `initialized` and one open file. */
  async open(): Promise<{ readonly capabilities: Readonly<Record<string, unknown>> }> {
    const result = await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: this.#options.folder === undefined ? null : pathToFileURL(this.#options.folder).href,
      capabilities: this.#options.capabilities ?? {},
      initializationOptions: {
        candela: { pollIntervalSeconds: 1, autoStart: false, ...this.#options.candela },
      },
    });
    await this.connection.sendNotification('initialized', {});
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: 'file:///a.ts', languageId: 'typescript', version: 1, text: 'let a = 1;\n' },
    });
    return result as { readonly capabilities: Readonly<Record<string, unknown>> };
  }

  run(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.connection.sendRequest('workspace/executeCommand', { command, arguments: args });
  }

  /** The newest status, once it is as wanted. */
  status(what: string, isWanted: (status: Status) => boolean): Promise<Status> {
    return waitUntil({
      what: `a status ${what}`,
      probe: () => {
        const newest = this.statuses.at(-1);
        return newest !== undefined && isWanted(newest) ? newest : undefined;
      },
      state: () => `${JSON.stringify(this.statuses.at(-1))}; stderr: ${this.process.stderr()}`,
    });
  }

  /** As an editor ends a server. Resolves with the exit code. */
  async close(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return this.process.exited;
  }

  /** For teardown, whatever became of it. */
  async dispose(): Promise<void> {
    this.connection.dispose();
    await this.process.end();
  }
}
