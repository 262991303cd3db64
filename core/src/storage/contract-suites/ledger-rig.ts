import assert from 'node:assert/strict';
import type { BudgetView, Ledger, NewGrant, Reservation } from '../../budget/ledger.ts';
import type { Clock } from '../../clock.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { anLlmSpan, nano } from './span-fixture.ts';

const NOON = '2026-07-31T12:00:00Z';

/** How a test wants its ledger set up. */
export interface LedgerSetup {
  readonly clock: Clock;
  readonly timeZone: string;
  readonly withoutBudget: 'deny' | 'watch';
}

/** Gives an empty ledger on the real engine; whoever asked for it closes it. */
export type OpenLedger = (setup: LedgerSetup) => Promise<Ledger>;

/** What every test of a ledger has: one that is empty and demands budgets, at noon (UTC) of a day. `ada` calls. */
export class LedgerRig {
  readonly #open: OpenLedger;
  readonly #opened: Ledger[] = [];
  clock: ManualClock = manualClock(NOON);
  #ledger: Ledger | undefined;

  /** To be made within a `describe`: opens before each of its tests, and closes after it. */
  constructor(open: OpenLedger) {
    this.#open = open;
    beforeEach(async () => {
      this.clock = manualClock(NOON);
      this.#ledger = await this.openWith({});
    });
    afterEach(async () => {
      for (const one of this.#opened.splice(0)) await one.close();
    });
  }

  get ledger(): Ledger {
    assert.ok(this.#ledger, 'the ledger is open only while a test runs');
    return this.#ledger;
  }

  /** Another one beside it, on a store of its own. */
  async openWith(setup: Partial<LedgerSetup>): Promise<Ledger> {
    const one = await this.#open({ clock: this.clock, timeZone: 'UTC', withoutBudget: 'deny', ...setup });
    this.#opened.push(one);
    return one;
  }

  /** In place of the one that a test begins with. */
  async openAnew(setup: Partial<LedgerSetup>): Promise<void> {
    this.#ledger = await this.openWith(setup);
  }

  async reserve(amount: bigint, from = this.ledger): Promise<Reservation> {
    const outcome = await from.reserve({ userId: 'ada', amount: nano(amount) });
    assert.ok(outcome.granted, 'there is enough for this reservation');
    return outcome.reservation;
  }

  async spend(cost: bigint, from = this.ledger): Promise<bigint | undefined> {
    return settle(await this.reserve(cost, from), cost);
  }

  grant(amount: bigint, special: Partial<NewGrant> = {}): ReturnType<Ledger['createGrant']> {
    return this.ledger.createGrant({
      userId: 'ada',
      amount: nano(amount),
      reason: 'a demo',
      grantedBy: 'root@example.com',
      startsAtUnixMs: Date.parse('2026-07-01'),
      expiresAtUnixMs: Date.parse('2026-09-01'),
      ...special,
    });
  }
}

/** Ends a reservation with a charge and its span. Answers what is left. */
export function settle(reservation: Reservation, cost: bigint, tokens = 10): Promise<bigint | undefined> {
  const span = anLlmSpan({}, { costNanoUsd: nano(cost) });
  return reservation.settle({ cost: nano(cost), tokens, span });
}

/** The sums of a day, without limit, grants and period. */
export function figures({
  spent,
  spentInAll,
  reserved,
  budgetRemaining,
  grantsRemaining,
}: BudgetView): object {
  return { spent, spentInAll, reserved, budgetRemaining, grantsRemaining };
}
