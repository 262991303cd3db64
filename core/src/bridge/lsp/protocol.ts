import { NotificationType, RequestType } from 'vscode-languageserver/node';
import type { AnnotateResult } from '../annotate/annotate.ts';
import type { RecentTracesAnswer } from '../annotate/recent-traces.ts';
import type { CandelaStatus } from '../status/candela-status.ts';
import type { ServerStatus } from '../status/server-status.ts';

/** What our own messages are; everything else is LSP. Sent to clients that asked for them, on change only. */
export const candelaStatusNotification = new NotificationType<CandelaStatus>('candela/status');
export const serverStatusNotification = new NotificationType<ServerStatus>('experimental/serverStatus');

/** Parameters: `{limit?}`, 1…20. */
export const recentTracesRequest = new RequestType<unknown, RecentTracesAnswer, void>('candela/recentTraces');

/** Parameters: `{traceId, outcome?, score?, label?, metric?: {name, value}, comment?}`. */
export const annotateRequest = new RequestType<unknown, AnnotateResult, void>('candela/annotate');
