import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { BudgetAlert } from '../../budget/alerts.ts';
import { manualClock, type ManualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { describeLedger } from '../contract-suites/ledger-suite.ts';
import { anLlmSpan, nano } from '../contract-suites/span-fixture.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { SqliteLedger, type SqliteLedgerOptions } from './ledger.ts';
import { openDatabase } from './open.ts';

/** Holds 30 of Ada's budget in a process of its own, says so, and stays. */
const HOLDER = `
  const [ledgerModule, openModule, schemaModule, path] = process.argv.slice(1);
  const { SqliteLedger } = await import(ledgerModule);
  const { openDatabase } = await import(openModule);
  const { LEDGER_SCHEMA } = await import(schemaModule);
  const ledger = new SqliteLedger({
    db: openDatabase({ path, schema: [LEDGER_SCHEMA] }),
    clock: { nowUnixMs: () => Date.parse('2026-07-31T12:00:00Z'), monotonicMs: () => 0 },
    logger: console,
    timeZone: 'UTC',
    withoutBudget: 'deny',
  });
  const outcome = await ledger.reserve({ userId: 'ada', amount: 30n });
  process.stdout.write(outcome.granted ? 'held' : 'refused');
  setInterval(() => {}, 1_000);
`;

describe('SQLite ledger', () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;
  let log: ReturnType<typeof recordedLog>;
  const databases: DatabaseSync[] = [];
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-ledger-'));
    path = join(folder, 'state.db');
    clock = manualClock('2026-07-31T12:00:00Z');
    log = recordedLog();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    for (const db of databases.splice(0)) db.close();
    rmSync(folder, { recursive: true });
  });

  const database = (file = path): DatabaseSync => {
    const db = openDatabase({ path: file, schema: [LEDGER_SCHEMA], busyTimeoutMs: 0 });
    databases.push(db);
    return db;
  };
  const open = (options: Partial<SqliteLedgerOptions> = {}): SqliteLedger =>
    new SqliteLedger({
      ...{ db: database(), clock, logger: log.logger, timeZone: 'UTC', withoutBudget: 'deny' },
      ...options,
    });
  const reserve = async (ledger: SqliteLedger, amount: bigint) => {
    const outcome = await ledger.reserve({ userId: 'ada', amount: nano(amount) });
    assert.ok(outcome.granted, 'there is enough for this reservation');
    return outcome.reservation;
  };
  const charge = (cost: bigint) => ({ cost: nano(cost), tokens: 1, span: anLlmSpan() });
  const heldInStore = (): unknown[] =>
    database()
      .prepare('SELECT budget_nano_usd AS held FROM reservations')
      .all()
      .map((row) => row['held']);
  const startHolder = async (): Promise<ChildProcess> => {
    const modules = ['ledger.ts', 'open.ts', 'ledger-schema.ts'].map(
      (file) => new URL(file, import.meta.url).href,
    );
    const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, '--', ...modules, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    assert.equal(said.toString(), 'held');
    return child;
  };

  describeLedger(
    'SQLite',
    async (setup) => new SqliteLedger({ db: database(), logger: log.logger, ...setup }),
  );

  describe('reservations of a process that is gone', () => {
    it('are freed by the next one that opens the store, and those of a living one are not', async () => {
      const first = open();
      await first.setBudget('ada', nano(100n));
      const killed = await startHolder();
      await startHolder();
      assert.equal((await first.budgetOf('ada')).reserved, 60n);
      await kill(killed);
      const second = open();
      // Changes are carried out in order, so once this one is done the sweep is.
      await second.setBudget('ada', nano(100n));
      assert.equal((await second.budgetOf('ada')).totalRemaining, 70n);
      assert.deepEqual(heldInStore(), [30]);
    });

    it('are freed with their part of a grant', async () => {
      const first = open();
      const times = { startsAtUnixMs: 0, expiresAtUnixMs: Date.parse('2030-01-01') };
      await first.createGrant({ userId: 'ada', amount: nano(40n), reason: 'r', grantedBy: 'b', ...times });
      await kill(await startHolder());
      const second = open();
      await second.setBudget('bob', nano(1n));
      const view = await second.budgetOf('ada');
      assert.deepEqual([view.activeGrants[0]?.held, view.totalRemaining], [0n, 40n]);
    });
  });

  it('frees a reservation that is older than its time, and still charges its call', async () => {
    const ledger = open({ reservationTtlMs: 60_000 });
    await ledger.setBudget('ada', nano(100n));
    const forgotten = await reserve(ledger, 70n);
    clock.advanceMs(60_000);
    const other = open();
    await other.setBudget('ada', nano(100n));
    assert.equal((await other.budgetOf('ada')).totalRemaining, 100n);
    assert.equal(await forgotten.settle(charge(20n)), 80n);
    assert.equal((await ledger.budgetOf('ada')).reserved, 0n);
  });

  it('lets a call whose reservation lapsed take nothing of a grant that others have spent since', async () => {
    const ledger = open({ reservationTtlMs: 60_000 });
    const times = { startsAtUnixMs: 0, expiresAtUnixMs: Date.parse('2030-01-01') };
    await ledger.createGrant({ userId: 'ada', amount: nano(50n), reason: 'r', grantedBy: 'b', ...times });
    const forgotten = await reserve(ledger, 40n);
    clock.advanceMs(60_000);
    const other = open();
    await other.acknowledgeSpans([]);
    await (await reserve(other, 50n)).settle(charge(50n));
    await forgotten.settle(charge(40n));
    const [grant] = await ledger.listGrants('ada', 'all');
    assert.deepEqual([grant?.spent, (await ledger.budgetOf('ada')).spent], [50n, 40n]);
  });

  it('gives up what it still holds when it closes', async () => {
    const ledger = open();
    await ledger.setBudget('ada', nano(100n));
    await reserve(ledger, 70n);
    await ledger.close();
    assert.deepEqual(heldInStore(), []);
  });

  describe('alerts', () => {
    let told: (readonly [number, bigint, string])[];
    const notifier = {
      notify: async ({ threshold, spent, periodKey }: BudgetAlert) =>
        void told.push([threshold, spent, periodKey]),
    };
    beforeEach(() => {
      told = [];
    });
    const spend = async (ledger: SqliteLedger, cost: bigint): Promise<void> =>
      void (await (await reserve(ledger, cost)).settle(charge(cost)));

    it('are raised once a day, lowest first, by whichever process gets there', async () => {
      const first = open({ notifier });
      const second = open({ notifier });
      await first.setBudget('ada', nano(100n));
      await spend(first, 79n);
      assert.equal(told.length, 0);
      await spend(second, 1n);
      await spend(first, 1n);
      await first.close();
      const restarted = open({ notifier });
      await spend(restarted, 19n);
      await restarted.setBudget('ada', nano(101n));
      await spend(second, 1n);
      await restarted.close();
      clock.advanceMs(24 * 3_600_000);
      await spend(second, 95n);
      await second.close();
      assert.deepEqual(told, [
        [80, 80n, '2026-07-31'],
        [90, 100n, '2026-07-31'],
        [100, 100n, '2026-07-31'],
        [80, 95n, '2026-08-01'],
        [90, 95n, '2026-08-01'],
      ]);
    });

    it('are not raised again after a reset, nor for what grants pay', async () => {
      const ledger = open({ notifier });
      await ledger.setBudget('ada', nano(100n));
      await spend(ledger, 85n);
      await ledger.resetSpend('ada');
      await spend(ledger, 80n);
      const times = { startsAtUnixMs: 0, expiresAtUnixMs: Date.parse('2030-01-01') };
      await ledger.createGrant({ userId: 'ada', amount: nano(50n), reason: 'r', grantedBy: 'b', ...times });
      const both = await reserve(ledger, 60n);
      await both.settle(charge(9n));
      await ledger.close();
      assert.deepEqual(
        told.map(([threshold]) => threshold),
        [80],
      );
    });

    it('never touch the money: one that fails is logged, and the call is charged', async () => {
      const ledger = open({ notifier: { notify: () => Promise.reject(new Error('no network')) } });
      await ledger.setBudget('ada', nano(100n));
      const reservation = await reserve(ledger, 100n);
      assert.equal(await reservation.settle(charge(100n)), 0n);
      await ledger.close();
      const failed = log.lines.filter(({ msg }) => msg === 'could not pass on a budget alert');
      assert.equal(failed.length, 3);
    });

    it('of a charge that is written late come when it is written', async () => {
      const ledger = open({ notifier });
      await ledger.setBudget('ada', nano(100n));
      const reservation = await reserve(ledger, 90n);
      const writer = database();
      writer.exec('BEGIN IMMEDIATE');
      await reservation.settle(charge(90n));
      assert.equal(told.length, 0);
      writer.exec('ROLLBACK');
      await ledger.close();
      assert.deepEqual(
        told.map(([threshold]) => threshold),
        [80, 90],
      );
    });
  });

  it('shares its file: two ledgers hold no more than there is between them', async () => {
    const ledgers = [open(), open()] as const;
    await ledgers[0].setBudget('ada', nano(100n));
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (ledgers[index % 2] as SqliteLedger).reserve({ userId: 'ada', amount: nano(10n) }),
      ),
    );
    assert.equal(outcomes.filter((outcome) => outcome.granted).length, 10);
  });

  describe('while another connection writes', () => {
    let ledger: SqliteLedger;
    let writer: DatabaseSync;
    beforeEach(async () => {
      ledger = open();
      await ledger.setBudget('ada', nano(100n));
      writer = database();
    });

    it('refuses to reserve, and shows what it knows', async () => {
      writer.exec('BEGIN IMMEDIATE');
      await assert.rejects(ledger.reserve({ userId: 'ada', amount: nano(1n) }), /database is locked/);
      assert.equal((await ledger.budgetOf('ada')).totalRemaining, 100n);
      writer.exec('ROLLBACK');
    });

    it('keeps a charge, says so in the log, and writes it once the store is free', async () => {
      const reservation = await reserve(ledger, 50n);
      writer.exec('BEGIN IMMEDIATE');
      assert.equal(await reservation.settle(charge(20n)), undefined);
      const said = log.lines.filter(({ level }) => level === 'error');
      assert.deepEqual(
        said.map(({ msg, fields }) => [msg, fields['user_id'], fields['cost_usd']]),
        [['failed to deduct spend', 'ada', 2e-8]],
      );
      writer.exec('ROLLBACK');
      await untilSpent(ledger, 20n);
      const view = await ledger.budgetOf('ada');
      assert.deepEqual([view.reserved, view.tokensUsed], [0n, 1]);
      assert.equal((await ledger.pendingSpans(10)).length, 1);
    });

    it('writes a kept charge once, at the latest when it closes', async () => {
      const reservation = await reserve(ledger, 50n);
      writer.exec('BEGIN IMMEDIATE');
      await reservation.settle(charge(20n));
      writer.exec('ROLLBACK');
      await ledger.close();
      const later = open();
      assert.equal((await later.budgetOf('ada')).spentInAll, 20n);
      assert.equal((await later.pendingSpans(10)).length, 1);
    });

    it('keeps a release as well', async () => {
      const reservation = await reserve(ledger, 50n);
      writer.exec('BEGIN IMMEDIATE');
      await reservation.release();
      writer.exec('ROLLBACK');
      await ledger.close();
      assert.deepEqual(heldInStore(), []);
    });
  });
});

async function untilSpent(ledger: SqliteLedger, amount: bigint): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await ledger.budgetOf('ada')).spent !== amount) {
    assert.ok(performance.now() < deadline, 'the charge is written at last');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
