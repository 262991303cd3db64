import type { Ledger, Reservation, ReservationRequest } from '../../budget/ledger.ts';
import type { NanoUsd } from '../../money/index.ts';
import { Refusal } from '../errors.ts';
import { modelLimitReached } from './model-daily-limit.ts';

export interface Reserved {
  readonly reservation: Reservation;
  /** What is left once the call's worst cost is set aside; `undefined` where nothing limits. */
  readonly totalRemaining: NanoUsd | undefined;
}

/**
 * Gate 10: sets the call's worst cost aside, in one atomic step against the model's daily cap, budget and grants.
 *
 * @throws Refusal `model_daily_limit_exceeded`, `insufficient_budget`, or `governance_unavailable` if the ledger cannot
 *   be asked.
 */
export async function reserveBudget(ledger: Ledger, request: ReservationRequest): Promise<Reserved> {
  let outcome;
  try {
    outcome = await ledger.reserve(request);
  } catch (cause) {
    throw new Refusal('governance_unavailable', 'the budget cannot be checked right now: try again shortly', {
      cause,
    });
  }
  if (outcome.granted) return outcome;
  if (outcome.refusedBy === 'model cap')
    throw modelLimitReached(outcome.cap, request.amount, outcome.modelRemaining);
  throw new Refusal(
    'insufficient_budget',
    'budget exhausted — contact your admin for a grant or budget increase',
  );
}
