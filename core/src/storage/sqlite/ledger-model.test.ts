import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { ledgerHistories } from './testing/ledger-history.ts';
import { LedgerPlay } from './testing/ledger-play.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { openDatabase } from './open.ts';

/** Histories of each kind, as many of a thousand as fit in nine seconds; with `CANDELA_LEDGER_RUNS` all of that many. */
const WANTED_RUNS = process.env['CANDELA_LEDGER_RUNS'];
const RUNS = { numRuns: Number(WANTED_RUNS ?? 1_000) };
const ENOUGH_MS = WANTED_RUNS === undefined ? 9_000 : Infinity;
const TABLES = [
  ...['budgets', 'budget_periods', 'budget_grants', 'ledger_owners'],
  ...['reservations', 'span_outbox', 'late_settlements', 'model_days', 'model_holds'],
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
      const endMs = performance.now() + ENOUGH_MS;
      let played = 0;
      await fc.assert(
        fc
          .asyncProperty(ledgerHistories(estimates), async (history) => {
            // fast-check's own time limit would leave a history playing on in the file that the next one uses.
            if (performance.now() > endMs) return;
            await new LedgerPlay(path, observer, estimates).run(history);
            played++;
          })
          .beforeEach(wipe),
        RUNS,
      );
      assert.ok(played > 0);
      assert.deepEqual(journals(), []);
    });
  }
});
