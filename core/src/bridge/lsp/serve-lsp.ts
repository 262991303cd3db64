import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createConnection } from 'vscode-languageserver';
import {
  createProtocolConnection,
  type CodeActionParams,
  ErrorCodes,
  type ExecuteCommandParams,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  type MessageReader,
  type MessageWriter,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { CatchUp } from '../../client/editor-session.ts';
import { systemScheduler } from '../../client/scheduler.ts';
import type { ThresholdNotice } from '../../client/status/thresholds.ts';
import { VERSION } from '../../version.ts';
import { recentTraces } from '../annotate/recent-traces.ts';
import { type BridgeHost, BridgeSession } from '../bridge-session.ts';
import { type ClientOptions, readClientOptions } from '../client-options.ts';
import { messages } from '../messages.ts';
import { serverStatus } from '../status/server-status.ts';
import { ServerStatusSender } from '../status/server-status-sender.ts';
import { feedStatus } from '../status/status-feed.ts';
import { watchParent } from '../stdio/parent-watch.ts';
import { ACTION_KIND, codeActions } from './code-actions.ts';
import { COMMAND_IDS } from './command-ids.ts';
import { editorWindow } from './editor-window.ts';
import { annotateChecked, COMMANDS } from './commands.ts';
import {
  annotateRequest,
  candelaStatusNotification,
  recentTracesRequest,
  serverStatusNotification,
} from './protocol.ts';

export interface LspOptions extends BridgeHost {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  /** Zed shows `experimental/serverStatus` without saying so. */
  readonly isZed: boolean;
}

/** What `initialize` led to. */
interface Client {
  readonly bridge: BridgeSession;
  readonly options: ClientOptions;
  readonly wantsServerStatus: boolean;
  readonly canShowDocument: boolean;
  readonly folder: string | undefined;
}

const recentTracesSchema = z.object({ limit: z.int().min(1).max(20).catch(10) }).catch({ limit: 10 });

/**
 * Serves one editor until it says `exit`, is gone, or closes the line; resolves with the exit code, once everything
 * has stopped: 0 after `shutdown`, else 1 (LSP 3.17, "Exit Notification").
 */
export async function serveLsp(options: LspOptions): Promise<number> {
  const { reader, writer, diagnostics } = options;
  const ended = Promise.withResolvers<void>();
  let client: Client | undefined;
  let parent = watchParent(null, () => {});
  const watchDog = {
    shutdownReceived: false,
    initialize: ({ processId }: InitializeParams) => {
      parent.stop();
      parent = watchParent(processId, () => {
        diagnostics(messages.parentGone(processId));
        ended.resolve();
      });
    },
    exit: () => ended.resolve(),
  };
  const protocol: { onClose(listener: () => void): unknown; dispose(): void }[] = [];
  // Not to the editor, as the library would: a log that cannot be sent would be logged, and so on.
  // The first line only: what the library says of a message may quote it below.
  const say = (text: string) => diagnostics(text.split('\n', 1).join(''));
  const logger = { error: say, warn: say, info: say, log: say };
  const connection = createConnection(() => {
    const made = createProtocolConnection(reader, writer, logger);
    protocol.push(made);
    return made;
  }, watchDog);
  const window = editorWindow(connection, () => client?.canShowDocument ?? false);
  const senderOfServerStatus = new ServerStatusSender(
    (status) => void connection.sendNotification(serverStatusNotification, status),
    systemScheduler,
  );
  const ready = (): Client => {
    if (watchDog.shutdownReceived) throw new ResponseError(ErrorCodes.InvalidRequest, messages.shutDown);
    if (client === undefined)
      throw new ResponseError(ErrorCodes.ServerNotInitialized, messages.notInitialized);
    return client;
  };

  connection.onInitialize((params): InitializeResult => {
    if (client !== undefined || watchDog.shutdownReceived) {
      throw new ResponseError(ErrorCodes.InvalidRequest, messages.alreadyInitialized);
    }
    const clientOptions = readClientOptions(params.initializationOptions);
    client = {
      options: clientOptions,
      wantsServerStatus: options.isZed || saysServerStatus(params),
      folder: openFolder(params),
      canShowDocument: params.capabilities.window?.showDocument?.support === true,
      bridge: new BridgeSession({
        ...options,
        client: clientOptions,
        onThreshold: tellThreshold,
        onCaughtUp: tellCaughtUp,
      }),
    };
    return {
      serverInfo: { name: 'candela', version: VERSION },
      capabilities: {
        // No document is ever looked at.
        textDocumentSync: TextDocumentSyncKind.None,
        codeActionProvider: { codeActionKinds: [ACTION_KIND] },
        executeCommandProvider: { commands: [...COMMAND_IDS] },
      },
    };
  });

  connection.onInitialized(() => {
    const { bridge, options: wants, wantsServerStatus } = ready();
    // The first word waits for the first answer: what is not known yet is not a status.
    void bridge.start().then(() => {
      if (watchDog.shutdownReceived) return;
      feedStatus(bridge.editor, (status) => {
        if (wants.wantsStatus) void connection.sendNotification(candelaStatusNotification, status);
        if (wantsServerStatus) senderOfServerStatus.offer(serverStatus(status));
      });
    });
  });

  connection.onCodeAction(({ context }: CodeActionParams) => codeActions(context?.only));

  connection.onExecuteCommand(async ({ command, arguments: args }: ExecuteCommandParams) => {
    const { bridge, folder } = ready();
    const id = COMMAND_IDS.find((known) => known === command);
    if (id === undefined) throw new ResponseError(ErrorCodes.InvalidParams, `there is no command ${command}`);
    return COMMANDS[id]({ bridge, window, folder }, args?.[0]);
  });

  connection.onRequest(recentTracesRequest, (params) => {
    const { limit } = recentTracesSchema.parse(params);
    return recentTraces(ready().bridge.editor, limit);
  });

  connection.onRequest(annotateRequest, async (params) => {
    const result = await annotateChecked(ready().bridge, params);
    if ('noTrace' in result) throw new ResponseError(LSPErrorCodes.RequestFailed, result.noTrace);
    return result;
  });

  connection.onShutdown(() => client?.bridge.stop());

  function tellThreshold({ severity, text }: ThresholdNotice): void {
    window.tell(severity === 'over' ? 'error' : 'warning', text);
  }

  function tellCaughtUp({ sentCount, refused }: CatchUp): void {
    if (sentCount > 0) window.tell('info', messages.caughtUp(sentCount));
    for (const { entry, reason } of refused) {
      window.tell('warning', messages.refusedLater(entry.annotation.traceId, reason));
    }
  }

  for (const made of protocol) {
    made.onClose(() => {
      if (!watchDog.shutdownReceived) diagnostics(messages.inputEnded);
      ended.resolve();
    });
  }
  connection.listen();

  await ended.promise;
  parent.stop();
  senderOfServerStatus.stop();
  await client?.bridge.stop();
  for (const made of protocol) made.dispose();
  return watchDog.shutdownReceived ? 0 : 1;
}

/** Of another machine, or another scheme, there is no folder here. */
function openFolder({ workspaceFolders, rootUri }: InitializeParams): string | undefined {
  const uri = workspaceFolders?.[0]?.uri ?? rootUri;
  return uri?.startsWith('file:///') ? fileURLToPath(uri) : undefined;
}

function saysServerStatus({ capabilities }: InitializeParams): boolean {
  const experimental: unknown = capabilities.experimental;
  return (
    typeof experimental === 'object' &&
    experimental !== null &&
    'serverStatusNotification' in experimental &&
    experimental.serverStatusNotification === true
  );
}
