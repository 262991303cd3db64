/** What every editor uses to show and annotate spend. Needs only `fetch`: it runs in a browser too. */
export type { Annotation } from './annotation.ts';
export { parseAnnotation } from './annotation.ts';
export { annotationMessage, traceLine } from './annotation-message.ts';
export type { BudgetFigures, UsageFigures } from './budget-figures.ts';
export { type CallFailure, describeCallFailure } from './call-failure.ts';
export { costOfBranch } from './cost-of-branch.ts';
export { isHealthy, isLoopbackUrl } from './health-probe.ts';
export {
  type CatchUp,
  EditorSession,
  type EditorSessionOptions,
  type RecentTraces,
} from './editor-session.ts';
export { type CallLabels, labelsHeader } from './labels-header.ts';
export { escapeMarkdown } from './markdown.ts';
export type { RefusedAnnotation, SubmitResult } from './outbox.ts';
export type { OutboxEntry, OutboxStore, TakenEntry } from './outbox-store.ts';
export type { RecentTrace } from './recent-traces.ts';
export { branchSummary, budgetReport, costSummary, type ReportLine } from './reports.ts';
export type { StatusSeverity } from './severity.ts';
export type { SpendingPace } from './spending-pace.ts';
export {
  DEFAULT_STATUS_SETTINGS,
  type FiguresSource,
  STATUS_FORMATS,
  type StatusFormat,
  type StatusSettings,
} from './status-input.ts';
export type { StatusModel } from './status-model.ts';
export { StorageOutboxStore } from './storage-outbox-store.ts';
export { StorageToldThresholds } from './storage-told-thresholds.ts';
export type { TextStorage } from './text-storage.ts';
export { texts } from './texts.ts';
export {
  DEFAULT_NOTIFY_AT_PERCENTS,
  InMemoryToldThresholds,
  type ThresholdMark,
  type ThresholdNotice,
  type ToldThresholds,
} from './thresholds.ts';
export {
  chatHeaders,
  ChatFailure,
  type ChatEvent,
  type ChatFailureKind,
  type ChatMessage,
  type ChatModel,
  type ChatPart,
  type ChatTool,
  estimateMessageTokens,
  estimateTokens,
  listChatModels,
  offeredModels,
  streamChat,
} from './chat/index.ts';
export { readBranchCost } from './read-branch-cost.ts';
export { branchCostLine } from './branch-cost-line.ts';
export { callLine, type CallLine, type CallStanding } from './call-line.ts';
export { DaemonConnection } from './daemon-connection.ts';
export { OutcomeBook } from './outcome-book.ts';
export { readTraceDetails } from './trace-details.ts';
export { traceDocument } from './trace-document.ts';
