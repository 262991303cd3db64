import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { DatabaseSync } from 'node:sqlite';
import type { BudgetAlert } from '../../../budget/alerts.ts';
import type { BudgetView, Reservation } from '../../../budget/ledger.ts';
import { anLlmSpan, nano } from '../../contract-suites/span-fixture.ts';
import { LEDGER_SCHEMA } from '../ledger-schema.ts';
import { SqliteLedger } from '../ledger.ts';
import { openDatabase } from '../open.ts';
import { MODEL_CAPS, PROCESSES, type CallStep, type Step } from './ledger-history.ts';
import { manualClock } from '../../../testing/manual-clock.ts';
import { recordedLog } from '../../../testing/recorded-log.ts';
import { dayOf, ReferenceLedger, type Held } from './reference-ledger.ts';
import { grantSums, ledgerSums, modelDays, newestOwnerId } from './stored-sums.ts';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;
const FIRST_LIMIT = 100;
const USER = 'ada';
const DEAD_PID = spawnSync(process.execPath, ['--version']).pid;

/** A process's share of the store: its own connection, its own ledger. */
interface Process {
  readonly ownerId: bigint;
  readonly db: DatabaseSync;
  readonly ledger: SqliteLedger;
}

/** A call that was admitted and has not ended. */
interface OpenCall {
  readonly at: number;
  readonly amount: number;
  readonly reservation: Reservation;
  readonly held: Held;
}

interface Unwritten {
  readonly ownerId: bigint;
  readonly held: Held;
  readonly cost: number;
}

/** Plays one history on the real store and on the reference side by side, and compares them after every step. */
export class LedgerPlay {
  readonly #path: string;
  readonly #observer: DatabaseSync;
  readonly #ttlMs: number;
  /** What may be promised beyond the limit and the grants. */
  readonly #slack: number;
  readonly #clock = manualClock('2026-07-31T22:00:00Z');
  readonly #reference = new ReferenceLedger();
  readonly #processes: Process[] = [];
  readonly #told: BudgetAlert[] = [];
  readonly #acknowledged: string[] = [];
  readonly #settled: number[] = [];
  #acknowledgedCost = 0n;
  #settledOfModels = 0;
  #forgotten = 0;
  #calls: OpenCall[] = [];
  #unwritten: Unwritten[] = [];

  /** @param observer another connection to the store, which looks at it and locks it as any program could. */
  constructor(path: string, observer: DatabaseSync, estimates: 'hold' | 'fail') {
    this.#path = path;
    this.#observer = observer;
    this.#ttlMs = estimates === 'hold' ? YEAR_MS : 60 * MINUTE_MS;
    this.#slack = estimates === 'hold' ? 0 : Infinity;
  }

  async run(history: readonly Step[]): Promise<void> {
    try {
      await this.#play(history);
    } finally {
      for (const { db } of this.#processes) if (db.isOpen) db.close();
    }
  }

  async #play(history: readonly Step[]): Promise<void> {
    for (let at = 0; at < PROCESSES; at++) await this.#open(at);
    await this.#setBudget(FIRST_LIMIT);
    for (const [index, step] of history.entries()) {
      await this.#take(step);
      await this.#compare(index % PROCESSES);
    }
    await this.#end();
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case 'together':
        return this.#together(step.calls);
      case 'settle while locked':
        return this.#settleWhileLocked(step.pick, step.costPercent);
      case 'grant':
        return this.#grant(step.amount, step.inMinutes * MINUTE_MS, step.minutes * MINUTE_MS);
      case 'revoke':
        return this.#revoke(step.pick);
      case 'set budget':
        return this.#setBudget(step.limit);
      case 'reset':
        return this.#reset();
      case 'pass':
        return this.#clock.advanceMs(step.minutes * MINUTE_MS);
      case 'crash':
        return this.#crash(step.at);
      case 'restart':
        return this.#restart(step.at);
      case 'acknowledge':
        return this.#acknowledge(step.spans);
      case 'ask for all':
        return this.#askForAll(step.at);
    }
  }

  /** Starts all calls in one turn; the ledgers take turns in the order in which they were first asked. */
  async #together(steps: readonly CallStep[]): Promise<void> {
    const planned = new Map<number, (() => void)[]>();
    const plan = (at: number, inReference: () => void): void =>
      void planned.set(at, [...(planned.get(at) ?? []), inReference]);
    const under: Promise<unknown>[] = [];
    for (const step of steps) {
      if (step.do === 'reserve') under.push(this.#reserve(step, plan));
      else {
        const call = this.#takeCall(step.pick);
        if (call === undefined) continue;
        if (step.do === 'release') {
          under.push(call.reservation.release());
          plan(call.at, () => this.#reference.release(call.held));
        } else {
          const cost = costOf(call, step.costPercent);
          under.push(this.#settle(call, cost));
          plan(call.at, () => this.#reference.settle(call.held, cost, this.#now));
        }
      }
    }
    for (const steps_ of planned.values()) for (const inReference of steps_) inReference();
    await Promise.all(under);
  }

  async #reserve(
    { at, amount, model }: Extract<CallStep, { readonly do: 'reserve' }>,
    plan: (at: number, inReference: () => void) => void,
  ): Promise<void> {
    let expected: Held | 'model cap' | 'budget' = 'budget';
    const cap = model === null ? undefined : { model, limit: MODEL_CAPS[model] };
    plan(at, () => {
      expected = this.#reference.reserve(amount, cap, this.#now, this.#ttlMs);
      this.#assertNothingIsPromisedTwice(typeof expected === 'string' ? undefined : expected);
    });
    const outcome = await this.#ledger(at).reserve({
      ...{ userId: USER, amount: nano(BigInt(amount)) },
      modelCap: cap && { model: cap.model, dailyLimit: nano(BigInt(cap.limit)) },
    });
    const held = expected as Held | 'model cap' | 'budget';
    assert.equal(
      outcome.granted ? 'granted' : outcome.refusedBy,
      typeof held === 'string' ? held : 'granted',
      `${amount} is admitted as the reference says`,
    );
    if (outcome.granted && typeof held !== 'string')
      this.#calls.push({ at, amount, reservation: outcome.reservation, held });
  }

  /** At the moment of a yes: no pot it draws on holds more than it has. */
  #assertNothingIsPromisedTwice(yes: Held | undefined): void {
    const pots = this.#reference.pots(yes?.day ?? dayOf(this.#now), this.#now);
    const overdrawn = pots.filter(({ id, free }) => free < 0 && yes?.parts.has(id));
    assert.deepEqual(overdrawn, []);
  }

  async #settleWhileLocked(pick: number, costPercent: number): Promise<void> {
    const call = this.#takeCall(pick);
    if (call === undefined) return;
    const cost = costOf(call, costPercent);
    this.#observer.exec('BEGIN IMMEDIATE');
    assert.equal(await this.#settle(call, cost), undefined);
    this.#observer.exec('ROLLBACK');
    this.#unwritten.push({ ownerId: this.#process(call.at).ownerId, held: call.held, cost });
  }

  #settle(call: OpenCall, cost: number): Promise<unknown> {
    this.#settled.push(cost);
    if (call.held.model !== undefined) this.#settledOfModels += cost;
    const costNanoUsd = nano(BigInt(cost));
    return call.reservation.settle({ cost: costNanoUsd, tokens: 1, span: anLlmSpan({}, { costNanoUsd }) });
  }

  async #grant(amount: number, inMs: number, lengthMs: number): Promise<void> {
    const startsAtUnixMs = this.#now + inMs;
    const expiresAtUnixMs = startsAtUnixMs + lengthMs;
    const { id, createdAtUnixMs } = await this.#ledger(0).createGrant({
      ...{ userId: USER, amount: nano(BigInt(amount)), reason: 'r', grantedBy: 'b' },
      ...{ startsAtUnixMs, expiresAtUnixMs },
    });
    const grant = {
      id,
      amount,
      startsAtUnixMs,
      expiresAtUnixMs,
      createdAtUnixMs,
      spent: 0,
      isRevoked: false,
    };
    this.#reference.grants = [...this.#reference.grants, grant].toSorted(
      (a, b) =>
        a.expiresAtUnixMs - b.expiresAtUnixMs ||
        a.createdAtUnixMs - b.createdAtUnixMs ||
        (a.id < b.id ? -1 : 1),
    );
  }

  async #revoke(pick: number): Promise<void> {
    const grant = this.#reference.grants[pick % this.#reference.grants.length];
    if (grant === undefined) return;
    grant.isRevoked = true;
    await this.#ledger(1).revokeGrant(USER, grant.id);
  }

  async #setBudget(limit: number): Promise<void> {
    this.#reference.limit = limit;
    await this.#ledger(2).setBudget(USER, nano(BigInt(limit)));
  }

  async #reset(): Promise<void> {
    const day = this.#reference.dayAt(dayOf(this.#now));
    this.#forgotten += day.spent + day.fromGrants;
    const forgotten = await this.#ledger(0).resetSpend(USER);
    assert.equal(Number(forgotten), day.spent + day.fromGrants);
    Object.assign(day, { spent: 0, fromGrants: 0 });
  }

  /** As after SIGKILL: nothing is closed, and the process behind the owner's row is one that is gone. */
  async #crash(at: number): Promise<void> {
    const { db, ownerId } = this.#process(at);
    db.close();
    this.#observer.prepare('UPDATE ledger_owners SET pid = ? WHERE id = ?').run(DEAD_PID, ownerId);
    await this.#reopen(at);
  }

  async #restart(at: number): Promise<void> {
    const { db, ledger, ownerId } = this.#process(at);
    await ledger.close();
    db.close();
    this.#writeInReference(this.#unwritten.filter((one) => one.ownerId === ownerId));
    this.#freeInReference(at);
    await this.#reopen(at);
  }

  async #reopen(at: number): Promise<void> {
    await this.#open(at);
    this.#writeInReference(this.#unwritten.toSorted((a, b) => Number(a.ownerId - b.ownerId)));
    this.#freeInReference(at);
  }

  /** What the process held, and what was held for too long. */
  #freeInReference(at: number): void {
    for (const gone of this.#calls.filter((call) => call.at === at)) this.#reference.release(gone.held);
    this.#calls = this.#calls.filter((call) => call.at !== at);
    const lapsed = this.#reference.held.filter((held) => held.expiresAtUnixMs <= this.#now);
    for (const held of lapsed) this.#reference.release(held);
  }

  #writeInReference(unwritten: readonly Unwritten[]): void {
    for (const { held, cost } of unwritten) this.#reference.settle(held, cost, this.#now);
    this.#unwritten = this.#unwritten.filter((one) => !unwritten.includes(one));
  }

  async #open(at: number): Promise<void> {
    const db = openDatabase({ path: this.#path, schema: [LEDGER_SCHEMA], busyTimeoutMs: 0 });
    const ledger = new SqliteLedger({
      ...{ db, clock: this.#clock, logger: recordedLog().logger, timeZone: 'UTC', withoutBudget: 'deny' },
      reservationTtlMs: this.#ttlMs,
      // Never by itself: when it happens is the history's to say.
      retryAfterMs: 2 ** 30,
      notifier: { notify: async (alert) => void this.#told.push(alert) },
    });
    this.#processes[at] = { db, ledger, ownerId: newestOwnerId(this.#observer) };
    // Changes are carried out in order, so once this one is done, so is the sweep.
    await ledger.acknowledgeSpans([]);
  }

  async #acknowledge(count: number): Promise<void> {
    const spans = (await this.#ledger(0).pendingSpans(count)).map(({ span }) => span);
    for (const span of spans) {
      this.#acknowledged.push(span.spanId);
      this.#acknowledgedCost += span.genAi?.costNanoUsd ?? 0n;
    }
    await this.#ledger(0).acknowledgeSpans(spans.map(({ spanId }) => spanId));
  }

  /** What is shown as remaining can be had, to the nano-dollar, and not one more. */
  async #askForAll(at: number): Promise<void> {
    const ledger = this.#ledger(at);
    const { totalRemaining } = await ledger.budgetOf(USER);
    const more = await ledger.reserve({ userId: USER, amount: nano(totalRemaining + 1n) });
    const all = await ledger.reserve({ userId: USER, amount: totalRemaining });
    assert.deepEqual(more, { granted: false, refusedBy: 'budget', totalRemaining });
    assert.ok(all.granted);
    await all.reservation.release();
  }

  /** The store says the same as the reference, through whichever process. */
  async #compare(at: number): Promise<void> {
    const view = await this.#ledger(at).budgetOf(USER);
    const day = dayOf(this.#now);
    const { spent, fromGrants } = this.#reference.dayAt(day);
    const [budget, ...grants] = this.#reference.pots(day, this.#now);
    const freeOf = (pot: { readonly free: number } | undefined): number => Math.max(pot?.free ?? 0, 0);
    assert.deepEqual(
      {
        spent: Number(view.spent),
        spentInAll: Number(view.spentInAll),
        budgetRemaining: Number(view.budgetRemaining),
        grants: view.activeGrants.map((one) => [one.id, Number(one.amount - one.spent - one.held)]),
        totalRemaining: Number(view.totalRemaining),
      },
      {
        spent,
        spentInAll: spent + fromGrants,
        budgetRemaining: freeOf(budget),
        grants: grants.map(({ id, free }) => [id, free]),
        totalRemaining: freeOf(budget) + grants.reduce((sum, pot) => sum + freeOf(pot), 0),
      },
    );
    await this.#assertWithinMeans(view);
    this.#assertModelDays();
  }

  /** Every model's day is as the reference has it, and within its cap as long as estimates hold. */
  #assertModelDays(): void {
    const rows = modelDays<keyof typeof MODEL_CAPS>(this.#observer);
    for (const { day, model, spent, reserved } of rows) {
      assert.deepEqual({ spent, reserved }, this.#reference.modelDay(day, model), `${model} on ${day}`);
      assert.ok(spent + reserved <= MODEL_CAPS[model] + this.#slack, `${spent + reserved} on ${model}`);
    }
    const known = new Set(rows.map(({ day, model }) => `${day} ${model}`));
    const missing = this.#reference.held.filter(
      ({ day, model }) => model !== undefined && !known.has(`${day} ${model}`),
    );
    assert.deepEqual(missing, []);
  }

  /** spent + reserved ≤ limit + grants; a grant never pays more than it has, whatever the estimates were. */
  async #assertWithinMeans(view: BudgetView): Promise<void> {
    const grants = grantSums(this.#observer, USER);
    assert.equal(grants.overdrawn, 0);
    const used = Number(view.spent + view.reserved) + grants.used;
    assert.ok(used <= Number(view.limit) + grants.amount + this.#slack, `${used} of limit and grants`);
  }

  async #end(): Promise<void> {
    for (const call of this.#calls.splice(0)) await this.#settleInBoth(call);
    for (let at = 1; at < PROCESSES; at++) await this.#process(at).ledger.close();
    await this.#restart(0);
    this.#unwritten = [];
    await this.#acknowledge(1_000_000);
    await this.#process(0).ledger.close();

    const sums = ledgerSums(this.#observer, USER);
    const settled = this.#settled.reduce((sum, cost) => sum + cost, 0);
    assert.deepEqual(
      { ...sums, spanCost: this.#acknowledgedCost, spanIds: new Set(this.#acknowledged).size },
      {
        ...{ charged: settled - this.#forgotten, reserved: 0, held: 0, reservations: 0, spans: 0 },
        ...{ ofModels: this.#settledOfModels, heldOfModels: 0 },
        ...{ spanCost: BigInt(settled), spanIds: this.#settled.length },
      },
      'every settlement once, in the ledger and among the spans, and nothing is held',
    );
    assert.equal(this.#acknowledged.length, this.#settled.length);
    const told = this.#told.map(({ periodKey, threshold }) => `${periodKey} ${threshold}`);
    assert.deepEqual(told, [...new Set(told)], 'no alert is raised twice');
  }

  async #settleInBoth(call: OpenCall): Promise<void> {
    this.#reference.settle(call.held, call.amount, this.#now);
    await this.#settle(call, call.amount);
  }

  #takeCall(pick: number): OpenCall | undefined {
    return this.#calls.splice(pick % Math.max(this.#calls.length, 1), 1)[0];
  }

  #process(at: number): Process {
    const found = this.#processes[at];
    assert.ok(found);
    return found;
  }

  #ledger(at: number): SqliteLedger {
    return this.#process(at).ledger;
  }

  get #now(): number {
    return this.#clock.nowUnixMs();
  }
}

function costOf(call: OpenCall, percent: number): number {
  return Math.floor((call.amount * percent) / 100);
}
