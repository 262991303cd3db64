import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { ledgerHistories } from '../../testing/ledger-history.ts';
import { LedgerPlay } from '../../testing/ledger-play.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { openDatabase } from './open.ts';

/** Histories of each kind, as many of a thousand as fit in nine seconds; with `CANDELA_LEDGER_RUNS` all of that many. */
const WANTED_RUNS = process.env['CANDELA_LEDGER_RUNS'];
const RUNS =
  WANTED_RUNS === undefined
    ? { numRuns: 1_000, interruptAfterTimeLimit: 9_000 }
    : { numRuns: Number(WANTED_RUNS) };
const TABLES = [
  ...['budgets', 'budget_periods', 'budget_grants', 'ledger_owners'],
  ...['reservations', 'span_outbox', 'late_settlements'],
];

describe('SQLite ledger against the reference', function () {
  this.timeout(60_000 + RUNS.numRuns * 100);
  let folder: string;
  let path: string;
  let observer: DatabaseSync;
  const journals = (): string[] => readdirSync(folder).filter((name) => name.includes('unwritten'));
  /** One file serves all histories, because making one takes longer than playing one. */
  const wipe = (): void => {
    for (const table of TABLES) observer.exec(`DELETE FROM ${table}`);
    for (const name of journals()) rmSync(join(folder, name));
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-ledger-model-'));
    path = join(folder, 'state.db');
    observer = openDatabase({ path, schema: [LEDGER_SCHEMA] });
  });
  after(() => {
    observer.close();
    rmSync(folder, { recursive: true });
  });

  for (const estimates of ['hold', 'fail'] as const) {
    it(`agrees with it after every step of random histories, where estimates ${estimates}`, async () => {
      await fc.assert(
        fc
          .asyncProperty(ledgerHistories(estimates), (history) =>
            new LedgerPlay(path, observer, estimates).run(history),
          )
          .beforeEach(wipe),
        RUNS,
      );
      assert.deepEqual(journals(), []);
    });
  }
});
