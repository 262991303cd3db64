import * as vscode from 'vscode';
import {
  type DaemonConnection,
  describeCallFailure,
  readTraceDetails,
  traceDocument,
} from '@candela/core/client';
import { messages } from '../messages.ts';

/** Addresses of traces as documents: `candela-trace:/<title>.md?<trace id>`. */
export const TRACE_SCHEME = 'candela-trace';

const READ_TIMEOUT_MS = 10_000;

/**
 * Traces as read-only Markdown documents: text in an editor, which any screen reader and any search knows, and in
 * which nothing is ever run.
 */
export class TraceDocuments implements vscode.TextDocumentContentProvider {
  readonly onDidChange: vscode.Event<vscode.Uri>;
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #connection: DaemonConnection;

  constructor(connection: DaemonConnection) {
    this.#connection = connection;
    this.onDidChange = this.#changes.event;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const traceId = traceIdOf(uri);
    const api = await this.#connection.api();
    try {
      return traceDocument(await readTraceDetails(api, traceId, AbortSignal.timeout(READ_TIMEOUT_MS)));
    } catch (error) {
      return messages.calls.unreadable(describeCallFailure(error, api.baseUrl, READ_TIMEOUT_MS).reason);
    }
  }

  /** Reads the document anew where it is open, e.g. after an annotation. */
  refresh(traceId: string): void {
    this.#changes.fire(traceUri(traceId));
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

/** What the editor shows as the title is the path; which trace it is, is the query. */
export function traceUri(traceId: string): vscode.Uri {
  const path = `/${messages.calls.title(traceId.slice(0, 8))}.md`;
  return vscode.Uri.from({ scheme: TRACE_SCHEME, path, query: traceId });
}

export function traceIdOf({ query }: vscode.Uri): string {
  return query;
}
