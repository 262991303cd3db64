import type { KeptHold } from '../../budget/kept-reservations.ts';
import type { Reservation } from '../../budget/ledger.ts';
import type { CallContext } from '../context/call-context.ts';
import { Refusal } from '../errors.ts';
import { reserveBudget } from '../gates/budget.ts';
import { catalogInForce } from '../gates/catalog.ts';
import { BatchAdmission } from './batch-admission.ts';
import type { BatchCreation } from './batch-api.ts';
import type { BatchCall, BatchDeps } from './batch-call.ts';
import { CreationTap } from './creation-tap.ts';
import { readInputFile } from './input-file.ts';
import { headersToReadWith } from './request-headers.ts';

/**
 * How long what a batch may cost stays held: the day in which a provider does it, and two hours to read its results.
 * https://platform.openai.com/docs/guides/batch and
 * https://docs.anthropic.com/en/docs/build-with-claude/batch-processing#batch-limitations
 */
const HELD_FOR_MS = 26 * 3_600_000;

/** Prices every request of a batch, holds what all cost at worst, and has the provider begin. @throws Refusal */
export async function createBatch(call: BatchCall, deps: BatchDeps): Promise<void> {
  const { provider, api, caller } = call;
  const creation = api.creationOf(call.json());
  const admission = await admissionFor(call, deps);
  await addRequests(creation, admission, call, deps);
  const { worst, modelCap, ...known } = admission.total();
  const reserved = await reserveBudget(deps.ledger, { userId: caller.userId, amount: worst, modelCap });
  await using reservation = reserved.reservation;
  using pass = call.admit();
  const hold = await keep(reservation);
  const batch = {
    ...known,
    provider: provider.name,
    userId: caller.userId,
    hold,
    context: originOf(call.context),
  };
  const tap = new CreationTap(batch, { ...deps, api });
  await call.send({ tap, pass, isRepeatable: false });
}

/** What is remembered of the call. */
function originOf({ requestId, trace, sessionId, attribution, startedAtUnixMs }: CallContext) {
  return { requestId, trace, sessionId, attribution, startedAtUnixMs };
}

async function admissionFor(
  { provider, caller, context }: BatchCall,
  deps: BatchDeps,
): Promise<BatchAdmission> {
  const { maxRequestCost, modelCapOf, outputTokenCeiling } = deps;
  return new BatchAdmission({
    known: { catalog: await catalogInForce(deps.catalog), prices: deps.prices.snapshot() },
    ...{ provider, caller, maxRequestCost, modelCapOf, outputTokenCeiling },
    tenantId: context.attribution.tenantId,
  });
}

async function addRequests(
  creation: BatchCreation,
  admission: BatchAdmission,
  call: BatchCall,
  deps: BatchDeps,
): Promise<void> {
  if ('requests' in creation) {
    for (const request of creation.requests) admission.add(() => request);
    return;
  }
  const { provider, isClientGone: isAbandoned } = call;
  const outgoing = {
    path: creation.contentPath,
    headers: headersToReadWith(call.outgoing.headers),
    body: Buffer.alloc(0),
  };
  await provider.authenticate(outgoing);
  const { upstream, clock } = deps;
  await readInputFile(
    { ...{ upstream, clock, outgoing, isAbandoned }, base: provider.upstream, provider: provider.name },
    (line) => admission.add(() => creation.requestOf(line)),
  );
}

async function keep(reservation: Reservation): Promise<KeptHold> {
  try {
    return await reservation.keep(HELD_FOR_MS);
  } catch (cause) {
    throw new Refusal('governance_unavailable', 'the budget cannot be held right now: try again shortly', {
      cause,
    });
  }
}
