import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  BudgetAlerts,
  thresholdsToTell,
  type BudgetAlert,
  type BudgetNotifier,
} from '../../budget/alerts.ts';
import type {
  BudgetPeriod,
  BudgetView,
  Charge,
  Grant,
  Ledger,
  ModelCap,
  NewGrant,
  PendingSpan,
  ReservationOutcome,
  ReservationRequest,
} from '../../budget/ledger.ts';
import type { KeptHold, Payer } from '../../budget/kept-reservations.ts';
import { periodsIn } from '../../budget/period.ts';
import { OneEndReservation } from '../../budget/one-end-reservation.ts';
import {
  NOTHING,
  potsAfter,
  splitCharge,
  splitIfCovered,
  totalFree,
  type Pots,
  type Split,
} from '../../budget/waterfall.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { asNanoUsd, usdFromNanoUsd, ZERO_NANO_USD, type NanoUsd } from '../../money/index.ts';
import type { AccountRow, PeriodKey } from './day-accounts.ts';
import { GroupCommit } from './group-commit.ts';
import { heldUntilSettled, holdFromText, KeptHolds } from './kept-holds.ts';
import { LedgerOwners } from './ledger-owners.ts';
import { LedgerRows, potsOf, type GrantRow, type ReservationRow } from './ledger-rows.ts';
import { replayUnwritten } from './replay-unwritten.ts';
import { settlementToLine, type Settlement } from './settlement-line.ts';
import { SpanOutbox } from './span-outbox.ts';
import { UntilWritten } from './until-written.ts';
import { journalPath, UnwrittenJournal } from './unwritten-journal.ts';

export interface SqliteLedgerOptions {
  /** Opened with `LEDGER_SCHEMA`; stays the caller's to close. */
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly logger: Logger;
  /** IANA name; the day turns at its midnight. */
  readonly timeZone: string;
  /**
   * What holds for a user with neither budget nor grant: `deny` on a server (no budget means no spend), `watch`
   * on a developer's own machine (spend is shown, nothing is refused).
   */
  readonly withoutBudget: 'deny' | 'watch';
  /** How long a reservation outlives a call that never ended. Default: one hour. */
  readonly reservationTtlMs?: number;
  /** When a charge that could not be written is tried again. Default: after one second. */
  readonly retryAfterMs?: number;
  /** Told when a user reaches a share of the daily limit; absent: nobody is. */
  readonly notifier?: BudgetNotifier;
}

/** What a settlement leads to. */
interface Charged {
  /** `undefined` where nothing limits. */
  readonly remaining: NanoUsd | undefined;
  readonly alerts: readonly BudgetAlert[];
}

/** A reservation that stands in the store. */
interface Held {
  readonly row: ReservationRow;
  readonly totalRemaining: NanoUsd | undefined;
}

type Refused = Extract<ReservationOutcome, { readonly granted: false }>;

const NO_ALERTS: readonly BudgetAlert[] = [];
const NOBODY: BudgetNotifier = { notify: async () => undefined };

const DEFAULT_RESERVATION_TTL_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;

/** The ledger on the embedded SQLite: each change is one transaction, so several processes may share the file. */
export class SqliteLedger implements Ledger {
  readonly #options: SqliteLedgerOptions;
  readonly #rows: LedgerRows;
  readonly #outbox: SpanOutbox;
  readonly #owners: LedgerOwners;
  readonly #kept: KeptHolds;
  readonly #commit: GroupCommit;
  readonly #untilWritten: UntilWritten;
  readonly #alerts: BudgetAlerts;
  readonly #periodAt: (nowUnixMs: number) => BudgetPeriod;
  readonly #sweep: NodeJS.Timeout;
  readonly #ttlMs: number;
  #nextSeq = 0;

  constructor(options: SqliteLedgerOptions) {
    this.#options = options;
    this.#ttlMs = options.reservationTtlMs ?? DEFAULT_RESERVATION_TTL_MS;
    this.#rows = new LedgerRows(options.db);
    this.#outbox = new SpanOutbox(options.db);
    this.#kept = new KeptHolds(options.db);
    this.#commit = new GroupCommit(options.db, this.#rows.days);
    this.#alerts = new BudgetAlerts(options.notifier ?? NOBODY, options.logger);
    this.#periodAt = periodsIn(options.timeZone);
    this.#owners = new LedgerOwners(options.db);
    const databasePath = options.db.location();
    const journal =
      databasePath === null ? undefined : new UnwrittenJournal(journalPath(databasePath, this.#owners.ownId));
    this.#untilWritten = new UntilWritten({ ...options, commit: this.#commit, journal });
    // Before anyone asks for pending spans, and before what those calls hold is given back.
    if (databasePath !== null) this.#replayUnwritten(databasePath);
    this.#freeLapsed();
    this.#sweep = setInterval(() => this.#freeLapsed(), SWEEP_EVERY_MS);
    this.#sweep.unref();
  }

  async reserve(request: ReservationRequest): Promise<ReservationOutcome> {
    const nowUnixMs = this.#options.clock.nowUnixMs();
    const period = this.#periodAt(nowUnixMs);
    const seq = this.#nextSeq++;
    const held = await this.#commit.run((): Held | Refused => {
      const refused = request.modelCap && this.#refusedByModel(request.modelCap, request.amount, period.key);
      if (refused !== undefined) return refused;
      const account = this.#rows.days.at(request.userId, period.key);
      if (!this.#enforces(account.limit)) {
        const row = this.#rowFor(request, period, seq, NOTHING);
        if (holdsAnything(row)) this.#rows.hold(row, nowUnixMs + this.#ttlMs);
        return { row, totalRemaining: undefined };
      }
      const pots = potsOf(account, this.#activeGrants(request.userId, account, nowUnixMs));
      const split = splitIfCovered(request.amount, pots);
      if (split === undefined)
        return { granted: false, refusedBy: 'budget', totalRemaining: totalFree(pots) };
      const row = this.#rowFor(request, period, seq, split);
      this.#rows.hold(row, nowUnixMs + this.#ttlMs);
      return { row, totalRemaining: asNanoUsd(totalFree(pots) - request.amount) };
    });
    if ('granted' in held) return held;
    const { row } = held;
    const reservation = new OneEndReservation(`${row.ownerId}-${seq}`, request.amount, {
      settle: (charge) => this.#settle(row, charge),
      release: () => this.#release(row),
      keep: (forMs) => this.#keep(row, forMs),
    });
    return { granted: true, reservation, totalRemaining: held.totalRemaining };
  }

  async budgetOf(userId: string): Promise<BudgetView> {
    const nowUnixMs = this.#options.clock.nowUnixMs();
    const period = this.#periodAt(nowUnixMs);
    const account = this.#rows.days.at(userId, period.key);
    const activeGrants = this.#activeGrants(userId, account, nowUnixMs);
    const pots = potsOf(account, activeGrants);
    const budgetRemaining = totalFree({ budgetFree: pots.budgetFree, grants: [] });
    const totalRemaining = totalFree(pots);
    return {
      userId,
      period,
      ...(account.limit !== undefined && { limit: account.limit }),
      spent: account.spent,
      spentInAll: asNanoUsd(account.spent + account.grantsSpent),
      reserved: account.reserved,
      tokensUsed: account.tokensUsed,
      activeGrants,
      budgetRemaining,
      grantsRemaining: asNanoUsd(totalRemaining - budgetRemaining),
      totalRemaining,
      enforced: this.#enforces(account.limit),
    };
  }

  async setBudget(userId: string, limit: NanoUsd): Promise<void> {
    if (limit <= 0n) throw new RangeError('a daily budget must be more than $0');
    await this.#commit.run(() => this.#rows.setLimit(userId, limit));
  }

  async removeBudget(userId: string): Promise<void> {
    await this.#commit.run(() => this.#rows.removeLimit(userId));
  }

  async resetSpend(userId: string): Promise<NanoUsd> {
    const period = this.#periodAt(this.#options.clock.nowUnixMs());
    return this.#commit.run(() => {
      const { spent, grantsSpent } = this.#rows.days.at(userId, period.key);
      this.#rows.days.resetSpend({ userId, periodKey: period.key });
      return asNanoUsd(spent + grantsSpent);
    });
  }

  async createGrant(grant: NewGrant): Promise<Grant> {
    const id = randomUUID();
    const createdAtUnixMs = this.#options.clock.nowUnixMs();
    await this.#commit.run(() => this.#rows.insertGrant(id, grant, createdAtUnixMs));
    return { ...grant, id, spent: ZERO_NANO_USD, createdAtUnixMs };
  }

  async revokeGrant(userId: string, grantId: string): Promise<Grant | undefined> {
    const nowUnixMs = this.#options.clock.nowUnixMs();
    return this.#commit.run(() => this.#rows.revokeGrant(userId, grantId, nowUnixMs));
  }

  async listGrants(userId: string, which: 'all' | 'active'): Promise<readonly Grant[]> {
    if (which === 'all') return this.#rows.allGrants(userId);
    return this.#rows.activeGrants(userId, this.#options.clock.nowUnixMs());
  }

  async pendingSpans(limit: number): Promise<readonly PendingSpan[]> {
    return this.#outbox.oldest(limit);
  }

  async acknowledgeSpans(spanIds: readonly string[]): Promise<void> {
    await this.#commit.run(() => this.#outbox.remove(spanIds));
    this.#outbox.forget(spanIds);
  }

  async settleKept(payer: Payer, charge: Charge): Promise<'charged' | 'charged before'> {
    const today = this.#periodAt(this.#options.clock.nowUnixMs()).key;
    const settlement: Settlement = { row: heldUntilSettled(payer, today), charge };
    const { userId } = settlement.row;
    const charged = await this.#untilWritten.run({
      step: () =>
        this.#rows.claimLate(charge.span.spanId) ? this.#charge(settlement) : ('charged before' as const),
      written: (answer) => {
        if (answer !== 'charged before') this.#alerts.raise(answer.alerts);
      },
      line: () => settlementToLine(settlement),
      msg: 'failed to deduct spend',
      fields: () => ({ user_id: userId, cost_usd: usdFromNanoUsd(charge.cost) }),
    });
    return charged === 'charged before' ? charged : 'charged';
  }

  async releaseKept(hold: KeptHold): Promise<void> {
    await this.#release(holdFromText(hold));
  }

  async wasCharged(spanId: string): Promise<boolean> {
    return this.#kept.wasCharged(spanId);
  }

  /** Writes what is still unwritten, passes on the last alerts, and gives up what this process holds. The database stays open. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#untilWritten.close();
    await this.#alerts.told();
    const leaving = this.#commit.run(() => {
      this.#owners.leave();
      this.#freeRows();
    });
    await leaving.catch((cause: unknown) =>
      this.#options.logger.warn(
        { err: cause },
        'could not give up reservations; whoever opens the store next frees them',
      ),
    );
  }

  #enforces(limit: NanoUsd | undefined): boolean {
    return limit !== undefined || this.#options.withoutBudget === 'deny';
  }

  #refusedByModel(cap: ModelCap, amount: NanoUsd, periodKey: string): Refused | undefined {
    const free = cap.dailyLimit - this.#rows.modelUsed(cap.model, periodKey);
    const modelRemaining = free > 0n ? asNanoUsd(free) : ZERO_NANO_USD;
    if (amount <= modelRemaining) return undefined;
    return { granted: false, refusedBy: 'model cap', cap, modelRemaining };
  }

  #rowFor(
    { userId, amount, modelCap }: ReservationRequest,
    period: BudgetPeriod,
    seq: number,
    split: Split,
  ): ReservationRow {
    const row = { ownerId: this.#owners.ownId, seq, userId, periodKey: period.key, split };
    return modelCap === undefined ? row : { ...row, model: { model: modelCap.model, amount } };
  }

  async #settle(row: ReservationRow, charge: Charge): Promise<NanoUsd | undefined> {
    const settlement: Settlement = { row, charge };
    const charged = await this.#untilWritten.run({
      step: (attempt) => (attempt === 'first' ? this.#charge(settlement) : this.#chargeLate(settlement)),
      written: ({ alerts }) => this.#alerts.raise(alerts),
      line: () => settlementToLine(settlement),
      msg: 'failed to deduct spend',
      fields: () => ({ user_id: row.userId, cost_usd: usdFromNanoUsd(charge.cost) }),
    });
    return charged?.remaining;
  }

  #charge({ row, charge }: Settlement): Charged {
    const held = holdsAnything(row) && this.#rows.drop(row) ? row.split : NOTHING;
    this.#rows.chargeModel(row, charge.cost);
    const account = this.#rows.days.at(row.userId, row.periodKey);
    this.#outbox.add(charge.span);
    if (!this.#enforces(account.limit)) {
      this.#rows.exchange(row, held, { ...NOTHING, budget: charge.cost }, charge.tokens);
      return { remaining: undefined, alerts: NO_ALERTS };
    }
    const nowUnixMs = this.#options.clock.nowUnixMs();
    const pots = potsOf(account, this.#activeGrants(row.userId, account, nowUnixMs), held);
    const split = splitCharge(charge.cost, withEndedGrants(pots, held));
    this.#rows.exchange(row, held, split, charge.tokens);
    // The day may have turned since the call was admitted; what is left is then another day's.
    const remaining =
      this.#periodAt(nowUnixMs).key === row.periodKey
        ? totalFree(potsAfter(pots, split))
        : this.#remainingNow(row.userId, nowUnixMs);
    return { remaining, alerts: this.#alertsAfter(row, account, split) };
  }

  /** After a first failure: the journal may have been replayed by another process meanwhile. */
  #chargeLate(settlement: Settlement): Charged {
    if (this.#rows.claimLate(settlement.charge.span.spanId)) return this.#charge(settlement);
    return { remaining: undefined, alerts: NO_ALERTS };
  }

  /** Marks what is about to be told in the transaction that charges, so that nobody tells it twice. */
  #alertsAfter(
    key: PeriodKey,
    { limit, spent, alertedPercent }: AccountRow,
    split: Split,
  ): readonly BudgetAlert[] {
    if (limit === undefined) return NO_ALERTS;
    const spentNow = asNanoUsd(spent + split.budget);
    const thresholds = thresholdsToTell(spentNow, limit, alertedPercent);
    const highest = thresholds.at(-1);
    if (highest === undefined) return NO_ALERTS;
    this.#rows.days.setAlerted(key, highest);
    const { userId, periodKey } = key;
    return thresholds.map((threshold) => ({ userId, threshold, spent: spentNow, limit, periodKey }));
  }

  #replayUnwritten(databasePath: string): void {
    const { db, logger } = this.#options;
    const alerts: BudgetAlert[] = [];
    const settle = (settlement: Settlement): void => void alerts.push(...this.#chargeLate(settlement).alerts);
    replayUnwritten({ db, databasePath, logger, settle, owners: this.#owners });
    this.#alerts.raise(alerts);
  }

  async #release(row: ReservationRow): Promise<void> {
    if (!holdsAnything(row)) return;
    await this.#untilWritten.run({
      step: () => this.#rows.free(row),
      msg: 'failed to release a reservation',
      fields: () => ({ user_id: row.userId }),
    });
  }

  async #keep(row: ReservationRow, forMs: number): Promise<KeptHold> {
    if (!holdsAnything(row)) return this.#kept.nothingHeld(row);
    try {
      const expiresAtUnixMs = this.#options.clock.nowUnixMs() + forMs;
      return await this.#commit.run(() => this.#kept.take(row, expiresAtUnixMs));
    } catch (cause) {
      await this.#release(row);
      throw cause;
    }
  }

  #activeGrants(userId: string, account: AccountRow, nowUnixMs: number): readonly GrantRow[] {
    return account.hasGrants ? this.#rows.activeGrants(userId, nowUnixMs) : [];
  }

  #remainingNow(userId: string, nowUnixMs: number): NanoUsd {
    const account = this.#rows.days.at(userId, this.#periodAt(nowUnixMs).key);
    return totalFree(potsOf(account, this.#activeGrants(userId, account, nowUnixMs)));
  }

  #freeLapsed(): void {
    this.#commit
      .run(() => {
        this.#owners.removeDead();
        this.#freeRows();
      })
      .catch((cause: unknown) =>
        this.#options.logger.warn({ err: cause }, 'could not free lapsed reservations'),
      );
  }

  #freeRows(): void {
    for (const row of this.#rows.lapsed(this.#options.clock.nowUnixMs())) this.#rows.free(row);
  }
}

/** Whether there is a row in the store to drop: a call that is only watched has none. */
function holdsAnything(row: ReservationRow): boolean {
  return row.split !== NOTHING || row.model !== undefined;
}

/** What a call held of a grant that has ended since then is still its own to spend. */
function withEndedGrants(pots: Pots, held: Split): Pots {
  const ended = held.grants.filter((part) => !pots.grants.some((grant) => grant.id === part.id));
  if (ended.length === 0) return pots;
  return { ...pots, grants: [...ended.map(({ id, amount }) => ({ id, free: amount })), ...pots.grants] };
}
