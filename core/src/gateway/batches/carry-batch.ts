import { replaceHeader } from '../wire/headers.ts';
import type { BatchStep } from './batch-api.ts';
import type { BatchCall, BatchDeps } from './batch-call.ts';
import { createBatch } from './create-batch.ts';
import { readResults } from './read-results.ts';
import { StatusTap } from './status-tap.ts';

/** One call about batches from its gates to its end. */
export async function carryBatch(step: BatchStep, call: BatchCall, deps: BatchDeps): Promise<void> {
  // What is read along must come whole and plain.
  replaceHeader(call.outgoing.headers, 'accept-encoding', 'identity');
  switch (step.does) {
    case 'create':
      return createBatch(call, deps);
    case 'results':
      return readResults(step.resultsId, call, deps);
    case 'tell': {
      using pass = call.admit();
      const isRepeatable = call.outgoing.body.length === 0;
      const tap = new StatusTap({ ...deps, provider: call.provider.name, api: call.api });
      return await call.send({ tap, pass, isRepeatable });
    }
  }
}
