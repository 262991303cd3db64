import type { Payer } from '../../budget/kept-reservations.ts';
import { usdFromNanoUsd } from '../../money/index.ts';
import { atBatchPrice, type PricedModel } from '../../pricing/index.ts';
import type { BatchRecord } from '../../storage/batch-store.ts';
import { decimalUsd } from '../llm-answer.ts';
import { isProviderFailure } from '../upstream-failure.ts';
import { batchSpan, batchSpanId } from './batch-span.ts';
import type { BatchCall, BatchDeps } from './batch-call.ts';
import { readUpstream } from './read-upstream.ts';
import { askForWhole } from './request-headers.ts';
import { requirePriced } from './require-priced.ts';
import { ResultsTally } from './results-tally.ts';
import { ResultsTap, type ResultsReader } from './results-tap.ts';

/** Passes results on, each byte as it comes, and charges the batch when all have gone by. */
export async function readResults(resultsId: string, call: BatchCall, deps: BatchDeps): Promise<void> {
  askForWhole(call.outgoing.headers);
  const record = await deps.batches.findByResults(call.provider.name, resultsId);
  using pass = call.admit();
  const reader = readerOf(resultsId, record, call, deps);
  const isKnown = record !== undefined || (await wasCharged(resultsId, call, deps));
  if (!isKnown) await requirePriced(reader.tally(), call, deps);
  const tap = new ResultsTap(reader);
  await call.send({ tap, pass, isRepeatable: true });
}

function readerOf(
  resultsId: string,
  record: BatchRecord | undefined,
  call: BatchCall,
  deps: BatchDeps,
): ResultsReader {
  const { provider, api } = call;
  const prices = deps.prices.snapshot();
  const onlyModel = record?.models.length === 1 ? record.models[0] : undefined;
  const priceOf = (model: string | undefined): PricedModel | undefined =>
    model === undefined ? undefined : prices.find(provider.name, model);
  const tally = (): ResultsTally =>
    new ResultsTally({
      api,
      priceOf(answered) {
        const priced = priceOf(answered) ?? priceOf(onlyModel);
        return priced && atBatchPrice(priced);
      },
      unreadableCost: record?.dearestRequest,
    });
  return {
    tally,
    settle: (whole) => settle(whole, { resultsId, found: record }, call, deps),
    async readAgain() {
      if (await wasCharged(resultsId, call, deps)) return undefined;
      const whole = tally();
      const isWhole = await readWhole(whole, call, deps);
      return isWhole ? whole : undefined;
    },
  };
}

function wasCharged(resultsId: string, { provider }: BatchCall, { ledger }: BatchDeps): Promise<boolean> {
  return ledger.wasCharged(batchSpanId(provider.name, resultsId));
}

async function readWhole(
  tally: ResultsTally,
  { provider, outgoing }: BatchCall,
  deps: BatchDeps,
): Promise<boolean> {
  const { upstream, clock, logger } = deps;
  try {
    await readUpstream(
      { ...{ upstream, clock, outgoing }, base: provider.upstream, isAbandoned: () => false },
      {
        head: (status) => {
          if (status !== 200) throw new ResultsGone(status);
        },
        data: (chunk) => tally.write(chunk),
      },
    );
  } catch (cause) {
    if (!(cause instanceof ResultsGone) && !isProviderFailure(cause as Error)) throw cause;
    logger.warn(
      { provider: provider.name, err: cause },
      'results of a batch that a client left could not be read to their end; the next reading charges them',
    );
    return false;
  }
  tally.end();
  return true;
}

class ResultsGone extends Error {
  constructor(status: number) {
    super(`the provider answered HTTP ${status}`);
    this.name = 'ResultsGone';
  }
}

async function settle(
  tally: ResultsTally,
  { resultsId, found }: { readonly resultsId: string; readonly found: BatchRecord | undefined },
  { provider, caller, context }: BatchCall,
  { batches, ledger, spans, logger }: BatchDeps,
): Promise<readonly string[]> {
  const total = tally.total();
  // While they went by, another call may have been told whose results these are.
  const record = found ?? (await batches.findByResults(provider.name, resultsId));
  // A file that is no output of a batch, or holds its errors only.
  if (record === undefined && total.succeeded === 0) return [];
  const origin = record ?? { context, userId: caller.userId, operation: 'chat' as const, models: [] };
  const span = batchSpan({ provider, resultsId, origin, total });
  const payer: Payer = record === undefined ? { userId: caller.userId } : { hold: record.hold };
  const { usage, cost } = total;
  const tokens = usage.inputTokens + usage.outputTokens;
  const fields = { provider: provider.name, results: resultsId, user_id: origin.userId };
  if (total.unreadable > 0) {
    logger.error({ ...fields, unreadable: total.unreadable }, 'results of a batch are charged by estimate');
  }
  const outcome = await ledger.settleKept(payer, { cost, tokens, span });
  if (outcome === 'charged before') return [];
  spans.add(span);
  const { models, succeeded, failed } = total;
  logger.info(
    { ...fields, models, succeeded, failed, tokens, cost_usd: usdFromNanoUsd(cost) },
    'batch settled',
  );
  return ['X-Candela-Cost-Usd', decimalUsd(cost)];
}
