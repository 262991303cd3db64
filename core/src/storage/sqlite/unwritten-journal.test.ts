import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { manualClock } from '../../testing/manual-clock.ts';
import { recordedLog } from '../../testing/recorded-log.ts';
import { anLlmSpan, nano } from '../contract-suites/span-fixture.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { SqliteLedger } from './ledger.ts';
import { openDatabase } from './open.ts';

/** Holds 30 for Ada and, once told to go on, settles 20: says what it logs, and "settled" when it is through. */
const SETTLER = `
  const [ledgerModule, openModule, schemaModule, fixtureModule, path] = process.argv.slice(1);
  const { SqliteLedger } = await import(ledgerModule);
  const { openDatabase } = await import(openModule);
  const { LEDGER_SCHEMA } = await import(schemaModule);
  const { anLlmSpan } = await import(fixtureModule);
  const say = (text) => process.stdout.write(text + '\\n');
  const ledger = new SqliteLedger({
    db: openDatabase({ path, schema: [LEDGER_SCHEMA], busyTimeoutMs: 0 }),
    clock: { nowUnixMs: () => Date.parse('2026-07-31T12:00:00Z'), monotonicMs: () => 0 },
    logger: { debug() {}, info() {}, warn() {}, error: (fields, msg) => say(msg) },
    timeZone: 'UTC',
    withoutBudget: 'deny',
    retryAfterMs: 10,
  });
  const { reservation } = await ledger.reserve({ userId: 'ada', amount: 30n });
  say('held');
  process.stdin.once('data', async () => {
    await reservation.settle({ cost: 20n, tokens: 7, span: anLlmSpan({}, { costNanoUsd: 20n }) });
    say('settled');
  });
`;

/** Appends lines until one is refused, then a short one; says how many it could. */
const APPENDER = `
  const [module, path] = process.argv.slice(1);
  const { UnwrittenJournal } = await import(module);
  const journal = new UnwrittenJournal(path);
  let lines = 0;
  try {
    for (; lines < 1000; lines++) journal.append('x'.repeat(99));
  } catch {
    journal.append('last');
  }
  process.stdout.write(String(lines));
`;

describe('unwritten journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /**
   * A disk that is nearly full takes the beginning of a write and reports no error. The line counted as kept, and the
   * one after it was appended to its middle: two charges that nobody could read any more.
   */
  it('keeps whole lines only, on a disk that takes a part of one', async () => {
    const path = join(folder, 'state.db-unwritten-1');
    const module = new URL('unwritten-journal.ts', import.meta.url).href;
    // The largest file that the child may write: one block of 512 or 1024 bytes, as the shell counts.
    const limited = 'ulimit -f 1; trap "" XFSZ; exec "$0" "$@"';
    const child = spawn(
      'sh',
      ['-c', limited, process.execPath, '--input-type=module', '-e', APPENDER, '--', module, path],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (said += more));
    const [code] = (await once(child, 'close')) as [number | null];
    const whole = Array.from({ length: Number(said) }, () => 'x'.repeat(99));
    assert.deepEqual(
      [code, whole.length > 0, readFileSync(path, 'utf8').split('\n')],
      [0, true, [...whole, 'last', '']],
    );
  });
});

describe('charges that cannot be written', () => {
  let folder: string;
  let path: string;
  let log: ReturnType<typeof recordedLog>;
  const opened: { readonly ledger: SqliteLedger; readonly db: DatabaseSync }[] = [];
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-unwritten-'));
    path = join(folder, 'state.db');
    log = recordedLog();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    for (const { ledger, db } of opened.splice(0)) {
      await ledger.close();
      db.close();
    }
    rmSync(folder, { recursive: true });
  });

  const database = (): DatabaseSync => openDatabase({ path, schema: [LEDGER_SCHEMA], busyTimeoutMs: 0 });
  const open = (): SqliteLedger => {
    const db = database();
    const clock = manualClock('2026-07-31T12:00:00Z');
    const ledger = new SqliteLedger({
      ...{ db, clock, logger: log.logger, timeZone: 'UTC', withoutBudget: 'deny' },
      retryAfterMs: 2 ** 30,
    });
    opened.push({ ledger, db });
    return ledger;
  };
  const journals = (): string[] => readdirSync(folder).filter((name) => name.includes('-unwritten-'));
  const startSettler = async (): Promise<{ child: ChildProcess; said: () => string }> => {
    const modules = ['ledger.ts', 'open.ts', 'ledger-schema.ts', '../contract-suites/span-fixture.ts'];
    const urls = modules.map((file) => new URL(file, import.meta.url).href);
    const child = spawn(process.execPath, ['--input-type=module', '-e', SETTLER, '--', ...urls, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more));
    await until(() => text.includes('held\n'));
    return { child, said: () => text };
  };
  /** Has a process settle while the store is locked, kills it, and unlocks the store again. */
  const settleInVain = async (): Promise<string> => {
    const { child, said } = await startSettler();
    const locker = database();
    locker.exec('BEGIN IMMEDIATE');
    child.stdin?.write('go on\n');
    await until(() => said().includes('settled\n'));
    await kill(child);
    locker.exec('ROLLBACK');
    locker.close();
    return said();
  };
  const figures = async (ledger: SqliteLedger) => {
    const { spent, reserved, tokensUsed } = await ledger.budgetOf('ada');
    const spans = await ledger.pendingSpans(10);
    return { spent, reserved, tokensUsed, spans: spans.map(({ span }) => span.genAi?.costNanoUsd) };
  };
  const CHARGED = { spent: 20n, reserved: 0n, tokensUsed: 7, spans: [20n] };

  it('outlive the process that could not: the next one writes them, once', async () => {
    await open().setBudget('ada', nano(100n));
    const said = await settleInVain();
    assert.match(said, /^held\nfailed to deduct spend\n/);
    const [journal] = journals();
    assert.ok(journal);
    const next = open();
    assert.deepEqual(await figures(next), CHARGED);
    assert.deepEqual(journals(), []);
    assert.deepEqual(await figures(open()), CHARGED);
  });

  it('lie in a file that only its owner reads, without what was asked and answered', async () => {
    await open().setBudget('ada', nano(100n));
    await settleInVain();
    const journal = join(folder, String(journals()[0]));
    assert.equal(statSync(journal).mode & 0o777, 0o600);
    const [line, ...rest] = readFileSync(journal, 'utf8').split('\n');
    assert.deepEqual(rest, ['']);
    const { user, period, cost, tokens } = JSON.parse(String(line)) as Record<string, unknown>;
    assert.deepEqual([user, period, cost, tokens], ['ada', '2026-07-31', '20', 7]);
  });

  it('are written once when two find them, and when the crash comes before the file is gone', async () => {
    await open().setBudget('ada', nano(100n));
    await settleInVain();
    const journal = join(folder, String(journals()[0]));
    const line = readFileSync(journal);
    open();
    appendFileSync(journal, line);
    assert.deepEqual(await figures(open()), CHARGED);
  });

  it('are written once when another process was faster than the one that keeps them', async () => {
    const slow = open();
    await slow.setBudget('ada', nano(100n));
    const outcome = await slow.reserve({ userId: 'ada', amount: nano(30n) });
    assert.ok(outcome.granted);
    const locker = database();
    locker.exec('BEGIN IMMEDIATE');
    const span = anLlmSpan({}, { costNanoUsd: nano(20n) });
    await outcome.reservation.settle({ cost: nano(20n), tokens: 7, span });
    locker.exec('ROLLBACK');
    locker.close();
    const fast = open();
    assert.deepEqual(await figures(fast), CHARGED);
    assert.equal(journals().length, 1, 'the one that keeps them lives, and so does its file');
    await slow.close();
    assert.deepEqual([await figures(fast), journals()], [CHARGED, []]);
  });

  it('do not keep a process from ending', async () => {
    const ending = open();
    await ending.setBudget('ada', nano(100n));
    const outcome = await ending.reserve({ userId: 'ada', amount: nano(30n) });
    assert.ok(outcome.granted);
    const locker = database();
    locker.exec('BEGIN IMMEDIATE');
    const span = anLlmSpan({}, { costNanoUsd: nano(20n) });
    await outcome.reservation.settle({ cost: nano(20n), tokens: 7, span });
    await ending.close();
    locker.exec('ROLLBACK');
    locker.close();
    const { spent, tokensUsed, spans } = await figures(open());
    assert.deepEqual([spent, tokensUsed, spans], [20n, 7, [20n]]);
  });

  it('that were cut off on the way to the disk are set aside and named in the log, the others written', async () => {
    await open().setBudget('ada', nano(100n));
    await settleInVain();
    const [journal] = journals();
    appendFileSync(join(folder, String(journal)), '{"owner":"2","seq":1,"us');
    assert.deepEqual(await figures(open()), CHARGED);
    assert.deepEqual(journals(), [`${journal}.unreadable`]);
    const said = log.lines.filter(({ level }) => level === 'error').map(({ msg }) => msg);
    assert.deepEqual(said, ['failed to deduct spend: a journal has lines that are cut off']);
    assert.deepEqual(await figures(open()), CHARGED);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'the other process gets there in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
