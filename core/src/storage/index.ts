export type {
  AnnotationRecord,
  AnnotationStore,
  LabelFields,
  MetricFields,
  OutcomeFields,
} from './annotation-store.ts';
export type {
  ModelTotals,
  Page,
  SpanFilter,
  SpanReader,
  SpanWriter,
  TimeWindow,
  TraceOrder,
  TracePage,
  TraceRow,
  UsageBucket,
  UsageTotals,
} from './span-store.ts';
export { StorageOpenError, storageOpenError, type StorageOpenFailure } from './storage-open-error.ts';
export { UnstorableSpansError } from './unstorable-spans-error.ts';
export { summarizeTrace, type TraceSpan } from './trace-summary.ts';
export {
  blankEntry,
  type CatalogContents,
  type CatalogEntry,
  type CatalogKey,
  type CatalogReader,
  type CatalogStore,
} from './catalog-store.ts';
export {
  EmailTakenError,
  LastAdminError,
  type AuditAction,
  type AuditRecord,
  type UserChange,
  type UserPage,
  type UserRecord,
  type UserRole,
  type UserStatus,
  type UserStore,
} from './user-store.ts';
export { ANNOTATION_SCHEMA } from './sqlite/annotation-schema.ts';
export { createSqliteAnnotationStore } from './sqlite/annotation-store.ts';
export type { SchemaComponent } from './sqlite/migrate.ts';
export { openDatabase, type OpenOptions } from './sqlite/open.ts';
export { createSqliteSpanStore } from './sqlite/span-store.ts';
export { USER_SCHEMA } from './sqlite/user-schema.ts';
export { createSqliteUserStore } from './sqlite/user-store.ts';
