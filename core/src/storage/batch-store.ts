import type { KeptHold } from '../budget/kept-reservations.ts';
import type { CallContext } from '../gateway/context/call-context.ts';
import type { NanoUsd } from '../money/index.ts';
import type { OperationName } from '../spans/span-record.ts';

/** A batch by its provider, as named behind `/proxy/`, and by the id that the provider gave it. */
export interface BatchKey {
  readonly provider: string;
  readonly batchId: string;
}

/** What is remembered of a batch from its creation until its results have been read. */
export interface BatchRecord extends BatchKey {
  /**
   * What its results are asked for by: the batch's own id, or a file's that the provider names when the batch is done.
   * Absent: not known yet.
   */
  readonly resultsId?: string;
  readonly userId: string;
  readonly hold: KeptHold;
  readonly operation: OperationName;
  /** Each model it asks, by the name it is asked by. */
  readonly models: readonly string[];
  readonly requests: number;
  /** The worst cost of its dearest request: what one is charged whose result cannot be read. */
  readonly dearestRequest: NanoUsd;
  /** Of the call that created it; its `startedAtUnixMs` is when. */
  readonly context: Pick<
    CallContext,
    'requestId' | 'trace' | 'sessionId' | 'attribution' | 'startedAtUnixMs'
  >;
}

/** The batches that were created through Candela. Each is forgotten two months after its creation. */
export interface BatchStore {
  /** Writes a batch, or writes it anew. */
  add(record: BatchRecord): Promise<void>;
  find(key: BatchKey): Promise<BatchRecord | undefined>;
  findByResults(provider: string, resultsId: string): Promise<BatchRecord | undefined>;
}
