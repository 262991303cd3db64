import * as vscode from 'vscode';
import { DaemonConnection, l10n, type StatusModel } from '@candela/core/client';
import { BranchCost } from './branch-cost.ts';
import { ChatProvider, CHAT_VENDOR } from './chat/chat-provider.ts';
import { COMMAND_IDS } from './command-ids.ts';
import { type CommandArguments, type CommandContext } from './command-context.ts';
import { COMMANDS } from './commands/index.ts';
import { showConnection } from './connection-context.ts';
import { bundledMcpCommand, McpServer } from './mcp/mcp-server.ts';
import { ProviderKeys } from './provider-keys.ts';
import { RecentCallsView } from './recent-calls/recent-calls-view.ts';
import { TRACE_SCHEME, TraceDocuments } from './recent-calls/trace-documents.ts';
import { SETTINGS_SECTION } from './settings.ts';
import type { DrawnStatus } from './status-bar.ts';
import { WindowSession } from './window-session.ts';
import { WorkspaceLabels } from './workspace-labels.ts';

/** What `activate` gives to tests and to other extensions. */
export interface CandelaExtensionApi {
  statusModel(): StatusModel;
  readonly onStatusChange: vscode.Event<StatusModel>;
  /** What the status bar shows, icon included. */
  drawnStatus(): DrawnStatus;
  readonly recentCalls: RecentCallsView;
  readonly mcpServer: McpServer;
  readonly keys: ProviderKeys;
}

let running: WindowSession | undefined;

export function activate(extensionContext: vscode.ExtensionContext): CandelaExtensionApi {
  l10n.use((message, ...args) => vscode.l10n.t(message, ...args));
  const { subscriptions, secrets, extension } = extensionContext;
  const window = new WindowSession(extensionContext);
  running = window;
  const session = () => window.session;
  const daemonUrl = () => window.daemonUrl();
  const startDaemon = () => window.startDaemon();
  const connection = new DaemonConnection(daemonUrl);
  const keys = new ProviderKeys(secrets);
  const labels = new WorkspaceLabels({ isEnabled: () => window.settings.areLabelsEnabled });
  const branchCost = new BranchCost({ connection, labels });
  const recentCalls = new RecentCallsView({ session, connection, branchCost });
  const traceDocuments = new TraceDocuments(connection);
  const wantedModels = () => (window.settings.chat.isEnabled ? window.settings.chat.models : undefined);
  const chat = new ChatProvider({
    ...{ daemonUrl, startDaemon, keys, wantedModels },
    isTrusted: (baseUrl) => window.isTrusted(baseUrl),
    labels: () => labels.ofCalls(),
  });
  const mcpServer = new McpServer({
    command: () =>
      window.settings.isMcpEnabled
        ? bundledMcpCommand(window.daemonScriptPath, extension, window.settings.daemon)
        : undefined,
  });
  const context: CommandContext = {
    ...{ session, daemonUrl, startDaemon, recentCalls, traceDocuments, keys, labels, branchCost },
    extensionId: extension.id,
  };
  let isOffline: boolean | undefined;
  const onStatus = (status: StatusModel) => {
    showConnection(status);
    if (status.severity === 'offline') recentCalls.onAnswer();
    const wasOffline = isOffline;
    isOffline = status.severity === 'offline';
    if (isOffline !== wasOffline) chat.modelsChanged();
  };
  onStatus(window.session.status);
  subscriptions.push(
    ...[recentCalls, traceDocuments, chat, mcpServer],
    ...COMMAND_IDS.map((id) =>
      vscode.commands.registerCommand(id, (args: unknown) => COMMANDS[id](context, toArguments(args))),
    ),
    vscode.workspace.registerTextDocumentContentProvider(TRACE_SCHEME, traceDocuments),
    window.onStatusChange(onStatus),
    window.onAnswer(() => recentCalls.onAnswer()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SETTINGS_SECTION)) return;
      void window.reconfigure();
      chat.modelsChanged();
      mcpServer.changed();
    }),
  );
  if (typeof vscode.lm?.registerLanguageModelChatProvider === 'function')
    subscriptions.push(vscode.lm.registerLanguageModelChatProvider(CHAT_VENDOR, chat));
  // Not awaited: an editor must not wait for a daemon.
  void window.start();
  return {
    statusModel: () => window.session.status,
    onStatusChange: window.onStatusChange,
    drawnStatus: () => window.statusBar.drawn,
    ...{ recentCalls, mcpServer, keys },
  };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** A command may be called with anything: a tree item, a URI, nothing. */
function toArguments(value: unknown): CommandArguments {
  return typeof value === 'object' && value !== null ? (value as CommandArguments) : {};
}
