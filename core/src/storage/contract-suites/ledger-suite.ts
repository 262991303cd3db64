import { describeKeptReservations } from './kept-reservation-tests.ts';
import { ledgerBudgetTests } from './ledger-budget-tests.ts';
import { ledgerCallTests } from './ledger-call-tests.ts';
import { ledgerGrantTests } from './ledger-grant-tests.ts';
import { ledgerModelCapTests } from './ledger-model-cap-tests.ts';
import type { OpenLedger } from './ledger-rig.ts';

/** What every ledger must do. `open` gives an empty one on the real engine; the suite closes it. */
export function describeLedger(name: string, open: OpenLedger): void {
  describe(`ledger: ${name}`, () => {
    describe('calls', () => ledgerCallTests(open));
    describe('grants', () => ledgerGrantTests(open));
    describe('a model’s daily cap', () => ledgerModelCapTests(open));
    describe('budgets', () => ledgerBudgetTests(open));
    describeKeptReservations(open);
  });
}
