import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type {
  BudgetPeriod,
  BudgetView,
  Charge,
  Grant,
  Ledger,
  NewGrant,
  PendingSpan,
  ReservationOutcome,
  ReservationRequest,
} from '../../budget/ledger.ts';
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
import { GroupCommit } from './group-commit.ts';
import { LedgerOwners } from './ledger-owners.ts';
import { LedgerRows, potsOf, type AccountRow, type GrantRow, type ReservationRow } from './ledger-rows.ts';
import { SpanOutbox } from './span-outbox.ts';
import { UntilWritten } from './until-written.ts';

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
}

const DEFAULT_RESERVATION_TTL_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;

/** The ledger on the embedded SQLite: each change is one transaction, so several processes may share the file. */
export class SqliteLedger implements Ledger {
  readonly #options: SqliteLedgerOptions;
  readonly #rows: LedgerRows;
  readonly #outbox: SpanOutbox;
  readonly #owners: LedgerOwners;
  readonly #commit: GroupCommit;
  readonly #untilWritten: UntilWritten;
  readonly #periodAt: (nowUnixMs: number) => BudgetPeriod;
  readonly #sweep: NodeJS.Timeout;
  #nextSeq = 0;

  constructor(options: SqliteLedgerOptions) {
    this.#options = options;
    this.#rows = new LedgerRows(options.db);
    this.#outbox = new SpanOutbox(options.db);
    this.#commit = new GroupCommit(options.db);
    this.#untilWritten = new UntilWritten(this.#commit, options.logger);
    this.#periodAt = periodsIn(options.timeZone);
    this.#owners = new LedgerOwners(options.db);
    this.#freeLapsed();
    this.#sweep = setInterval(() => this.#freeLapsed(), SWEEP_EVERY_MS);
    this.#sweep.unref();
  }

  async reserve(request: ReservationRequest): Promise<ReservationOutcome> {
    const nowUnixMs = this.#options.clock.nowUnixMs();
    const period = this.#periodAt(nowUnixMs);
    const seq = this.#nextSeq++;
    const held = await this.#commit.run(() => {
      const account = this.#rows.account(request.userId, period.key);
      if (!this.#enforces(account.limit)) return { split: NOTHING, totalRemaining: undefined };
      const pots = potsOf(account, this.#activeGrants(request.userId, account, nowUnixMs));
      const split = splitIfCovered(request.amount, pots);
      if (split === undefined) return { totalRemaining: totalFree(pots) };
      const row = this.#rowFor(request.userId, period, seq, split);
      this.#rows.hold(row, nowUnixMs + (this.#options.reservationTtlMs ?? DEFAULT_RESERVATION_TTL_MS));
      return { split, totalRemaining: asNanoUsd(totalFree(pots) - request.amount) };
    });
    if (held.split === undefined) return { granted: false, totalRemaining: held.totalRemaining };
    const row = this.#rowFor(request.userId, period, seq, held.split);
    const reservation = new OneEndReservation(`${row.ownerId}-${seq}`, request.amount, {
      settle: (charge) => this.#settle(row, charge),
      release: () => this.#release(row),
    });
    return { granted: true, reservation, totalRemaining: held.totalRemaining };
  }

  async budgetOf(userId: string): Promise<BudgetView> {
    const nowUnixMs = this.#options.clock.nowUnixMs();
    const period = this.#periodAt(nowUnixMs);
    const account = this.#rows.account(userId, period.key);
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

  async createGrant(grant: NewGrant): Promise<Grant> {
    const id = randomUUID();
    const createdAtUnixMs = this.#options.clock.nowUnixMs();
    await this.#commit.run(() => this.#rows.insertGrant(id, grant, createdAtUnixMs));
    return { ...grant, id, spent: ZERO_NANO_USD, createdAtUnixMs };
  }

  async pendingSpans(limit: number): Promise<readonly PendingSpan[]> {
    return this.#outbox.oldest(limit);
  }

  async acknowledgeSpans(spanIds: readonly string[]): Promise<void> {
    await this.#commit.run(() => this.#outbox.remove(spanIds));
    this.#outbox.forget(spanIds);
  }

  /** Writes what is still unwritten and gives up what this process holds. The database stays open. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#untilWritten.close();
    await this.#commit.run(() => {
      this.#owners.leave();
      this.#freeRows();
    });
  }

  #enforces(limit: NanoUsd | undefined): boolean {
    return limit !== undefined || this.#options.withoutBudget === 'deny';
  }

  #rowFor(userId: string, period: BudgetPeriod, seq: number, split: Split): ReservationRow {
    return { ownerId: this.#owners.ownId, seq, userId, periodKey: period.key, split };
  }

  #settle(row: ReservationRow, charge: Charge): Promise<NanoUsd | undefined> {
    return this.#untilWritten.run(
      () => {
        const held = row.split !== NOTHING && this.#rows.drop(row) ? row.split : NOTHING;
        const account = this.#rows.account(row.userId, row.periodKey);
        this.#outbox.add(charge.span);
        if (!this.#enforces(account.limit)) {
          this.#rows.exchange(row, held, { ...NOTHING, budget: charge.cost }, charge.tokens);
          return undefined;
        }
        const nowUnixMs = this.#options.clock.nowUnixMs();
        const pots = potsOf(account, this.#activeGrants(row.userId, account, nowUnixMs), held);
        const split = splitCharge(charge.cost, withEndedGrants(pots, row.split));
        this.#rows.exchange(row, held, split, charge.tokens);
        // The day may have turned since the call was admitted; what is left is then another day's.
        return this.#periodAt(nowUnixMs).key === row.periodKey
          ? totalFree(potsAfter(pots, split))
          : this.#remainingNow(row.userId, nowUnixMs);
      },
      'failed to deduct spend',
      { user_id: row.userId, cost_usd: usdFromNanoUsd(charge.cost) },
    );
  }

  async #release(row: ReservationRow): Promise<void> {
    if (row.split === NOTHING) return;
    await this.#untilWritten.run(() => this.#rows.free(row), 'failed to release a reservation', {
      user_id: row.userId,
    });
  }

  #activeGrants(userId: string, account: AccountRow, nowUnixMs: number): readonly GrantRow[] {
    return account.hasGrants ? this.#rows.activeGrants(userId, nowUnixMs) : [];
  }

  #remainingNow(userId: string, nowUnixMs: number): NanoUsd {
    const account = this.#rows.account(userId, this.#periodAt(nowUnixMs).key);
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

/** What a call held of a grant that has ended since then is still its own to spend. */
function withEndedGrants(pots: Pots, held: Split): Pots {
  const ended = held.grants.filter((part) => !pots.grants.some((grant) => grant.id === part.id));
  if (ended.length === 0) return pots;
  return { ...pots, grants: [...ended.map(({ id, amount }) => ({ id, free: amount })), ...pots.grants] };
}
