/** What every editor uses to show and annotate spend. Needs only `fetch`: it runs in a browser too. */
export type { Annotation } from './annotations/annotation.ts';
export { parseAnnotation } from './annotations/annotation.ts';
export { annotationMessage, traceLine } from './annotations/annotation-message.ts';
export type { BudgetFigures, UsageFigures } from './figures/budget-figures.ts';
export { type CallFailure, describeCallFailure } from './connection/call-failure.ts';
export { costOfBranch } from './figures/cost-of-branch.ts';
export { isHealthy, isLoopbackUrl } from './connection/health-probe.ts';
export {
  type CatchUp,
  EditorSession,
  type EditorSessionOptions,
  type RecentTraces,
} from './editor-session.ts';
export { type CallLabels, labelsHeader } from './connection/labels-header.ts';
export { escapeMarkdown } from './markdown.ts';
export type { RefusedAnnotation, SubmitResult } from './annotations/outbox.ts';
export type { OutboxEntry, OutboxStore, TakenEntry } from './annotations/outbox-store.ts';
export type { RecentTrace } from './traces/recent-traces.ts';
export { branchSummary, budgetReport, costSummary, type ReportLine } from './status/reports.ts';
export type { StatusSeverity } from './status/severity.ts';
export type { SpendingPace } from './status/spending-pace.ts';
export {
  DEFAULT_STATUS_SETTINGS,
  type FiguresSource,
  STATUS_FORMATS,
  type StatusFormat,
  type StatusSettings,
} from './status/status-input.ts';
export type { StatusModel } from './status/status-model.ts';
export { StorageOutboxStore } from './annotations/storage-outbox-store.ts';
export { StorageToldThresholds } from './status/storage-told-thresholds.ts';
export type { TextStorage } from './text-storage.ts';
export { l10n, type Translate } from './l10n.ts';
export { texts } from './texts.ts';
export {
  DEFAULT_NOTIFY_AT_PERCENTS,
  InMemoryToldThresholds,
  type ThresholdMark,
  type ThresholdNotice,
  type ToldThresholds,
} from './status/thresholds.ts';
export {
  chatHeaders,
  chatTexts,
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
export { readBranchCost } from './figures/read-branch-cost.ts';
export { branchCostLine } from './figures/branch-cost-line.ts';
export { callLine, type CallLine, type CallStanding } from './traces/call-line.ts';
export { DaemonConnection } from './connection/daemon-connection.ts';
export { OutcomeBook } from './annotations/outcome-book.ts';
export { readTraceDetails } from './traces/trace-details.ts';
export { traceDocument } from './traces/trace-document.ts';
export { traceTexts } from './traces/trace-texts.ts';
