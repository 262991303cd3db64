import type { Ledger } from '../../budget/ledger.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { NanoUsd } from '../../money/index.ts';
import type { PriceBook } from '../../pricing/index.ts';
import type { SpanSink } from '../../spans/span-sink.ts';
import type { BatchStore } from '../../storage/batch-store.ts';
import type { CallContext } from '../context/call-context.ts';
import type { CircuitPass } from '../gates/circuit-breaker.ts';
import type { Caller } from '../gates/identity.ts';
import type { ModelCaps } from '../gates/model-daily-limit.ts';
import type { OutgoingCall, Provider } from '../providers/provider.ts';
import type { AnswerTap } from '../relay.ts';
import type { JsonObject } from '../wire/json-shape.ts';
import type { Upstream } from '../upstream.ts';
import type { BatchApi } from './batch-api.ts';

/** What of the gateway its batches need. */
export interface BatchDeps {
  readonly prices: PriceBook;
  readonly catalog?: Catalog | undefined;
  readonly ledger: Ledger;
  readonly batches: BatchStore;
  readonly spans: SpanSink;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly outputTokenCeiling: number;
  readonly maxRequestCost?: NanoUsd | undefined;
  readonly modelCapOf?: ModelCaps | undefined;
}

/** A call about batches that has passed the gates before its model's. */
export interface BatchCall {
  readonly provider: Provider;
  readonly api: BatchApi;
  readonly context: CallContext;
  readonly caller: Caller & { readonly accessTags?: readonly string[] | undefined };
  /** The body as JSON; asked of a creation. @throws Refusal */
  readonly json: () => JsonObject;
  readonly outgoing: OutgoingCall;
  readonly isClientGone: () => boolean;
  /** The provider's circuit. @throws Refusal */
  readonly admit: () => CircuitPass & Disposable;
  /** Resolves when the answer is over, however it ended. */
  readonly send: (errand: {
    readonly tap: AnswerTap;
    readonly pass: CircuitPass;
    readonly isRepeatable: boolean;
  }) => Promise<void>;
}
