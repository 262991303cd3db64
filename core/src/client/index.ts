/** What every editor uses to show and annotate spend. Needs only `fetch`: it runs in a browser too. */
export type { Annotation } from './annotation.ts';
export { parseAnnotation } from './annotation.ts';
export { annotationMessage, traceLine } from './annotation-message.ts';
export type { BudgetFigures, UsageFigures } from './budget-figures.ts';
export { isHealthy } from './health-probe.ts';
export {
  type CatchUp,
  EditorSession,
  type EditorSessionOptions,
  type RecentTraces,
} from './editor-session.ts';
export { escapeMarkdown } from './markdown.ts';
export type { RefusedAnnotation, SubmitResult } from './outbox.ts';
export type { OutboxEntry, OutboxStore, TakenEntry } from './outbox-store.ts';
export type { RecentTrace } from './recent-traces.ts';
export { budgetReport, costSummary, type ReportLine } from './reports.ts';
export type { StatusSeverity } from './severity.ts';
export { DEFAULT_STATUS_SETTINGS, type StatusFormat, type StatusSettings } from './status-input.ts';
export type { StatusModel } from './status-model.ts';
export { texts } from './texts.ts';
