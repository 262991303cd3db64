export { describeAnnotationStore } from './annotation-store-suite.ts';
export { describeBatchStore } from './batch-store-suite.ts';
export { describeCatalogStore } from './catalog-store-suite.ts';
export type { LedgerSetup } from './ledger-rig.ts';
export { describeLedger } from './ledger-suite.ts';
export { aSpan, anLlmSpan } from './span-fixture.ts';
export { describeSpanStore, type SpanStore } from './span-store-suite.ts';
export { describeUserStore } from './user-store-suite.ts';
