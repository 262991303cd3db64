/** What may be spent on one model a day. */
export interface ReferenceCap {
  readonly model: string;
  readonly limit: number;
}

/** Money held for a call, by pot: `BUDGET` or a grant's id. */
export interface Held {
  readonly amount: number;
  /** Of a model that has a cap. */
  readonly model: string | undefined;
  readonly day: string;
  readonly expiresAtUnixMs: number;
  readonly parts: ReadonlyMap<string, number>;
}

export interface ReferenceGrant {
  readonly id: string;
  readonly amount: number;
  readonly startsAtUnixMs: number;
  readonly expiresAtUnixMs: number;
  readonly createdAtUnixMs: number;
  spent: number;
  isRevoked: boolean;
}

interface Pot {
  readonly id: string;
  readonly free: number;
}

export const BUDGET = 'budget';

/** One user's money as the rules of contract section 4 have it, with no store, no concurrency and no crash. */
export class ReferenceLedger {
  limit = 0;
  readonly days = new Map<string, { spent: number; fromGrants: number }>();
  /** In the order in which they expire. */
  grants: readonly ReferenceGrant[] = [];
  held: readonly Held[] = [];
  /** What was spent of each model that has a cap, by day and model. */
  readonly #models = new Map<string, number>();

  /** What is held, or what refuses. */
  reserve(
    amount: number,
    cap: ReferenceCap | undefined,
    nowUnixMs: number,
    ttlMs: number,
  ): Held | 'model cap' | 'budget' {
    const day = dayOf(nowUnixMs);
    if (cap !== undefined && amount > 0) {
      const { spent, reserved } = this.modelDay(day, cap.model);
      if (spent + reserved + amount > cap.limit) return 'model cap';
    }
    const { parts, lacking } = pour(amount, this.pots(day, nowUnixMs));
    if (lacking > 0) return 'budget';
    const held: Held = { amount, model: cap?.model, day, expiresAtUnixMs: nowUnixMs + ttlMs, parts };
    this.held = [...this.held, held];
    return held;
  }

  modelDay(day: string, model: string): { spent: number; reserved: number } {
    const holding = this.held.filter((one) => one.day === day && one.model === model);
    return {
      spent: this.#models.get(`${day} ${model}`) ?? 0,
      reserved: holding.reduce((sum, one) => sum + one.amount, 0),
    };
  }

  settle(held: Held, cost: number, nowUnixMs: number): void {
    const own = this.held.includes(held) ? held.parts : new Map<string, number>();
    this.release(held);
    const [budget, ...active] = this.pots(held.day, nowUnixMs);
    const ended = [...own]
      .filter(([id]) => id !== BUDGET && !active.some((pot) => pot.id === id))
      .map(([id, free]) => ({ id, free }));
    const { parts, lacking } = pour(cost, [...(budget ? [budget] : []), ...ended, ...active]);
    const fromBudget = parts.get(BUDGET) ?? 0;
    this.dayAt(held.day).spent += fromBudget + lacking;
    this.dayAt(held.day).fromGrants += cost - lacking - fromBudget;
    for (const grant of this.grants) grant.spent += parts.get(grant.id) ?? 0;
    if (held.model !== undefined) {
      const key = `${held.day} ${held.model}`;
      this.#models.set(key, (this.#models.get(key) ?? 0) + cost);
    }
  }

  release(held: Held): void {
    this.held = this.held.filter((one) => one !== held);
  }

  /** What may be taken from each pot, the budget first. */
  pots(day: string, nowUnixMs: number): readonly Pot[] {
    const heldOf = (id: string, on?: string): number =>
      this.held
        .filter((one) => on === undefined || one.day === on)
        .reduce((sum, one) => sum + (one.parts.get(id) ?? 0), 0);
    const isActive = (grant: ReferenceGrant): boolean =>
      !grant.isRevoked &&
      grant.startsAtUnixMs <= nowUnixMs &&
      nowUnixMs < grant.expiresAtUnixMs &&
      grant.spent < grant.amount;
    return [
      { id: BUDGET, free: this.limit - this.dayAt(day).spent - heldOf(BUDGET, day) },
      ...this.grants
        .filter(isActive)
        .map(({ id, amount, spent }) => ({ id, free: amount - spent - heldOf(id) })),
    ];
  }

  dayAt(day: string): { spent: number; fromGrants: number } {
    const found = this.days.get(day) ?? { spent: 0, fromGrants: 0 };
    this.days.set(day, found);
    return found;
  }
}

/** The day of UTC a moment belongs to. */
export function dayOf(nowUnixMs: number): string {
  return new Date(nowUnixMs).toISOString().slice(0, 10);
}

function pour(amount: number, pots: readonly Pot[]): { parts: Map<string, number>; lacking: number } {
  let lacking = amount;
  const parts = new Map<string, number>();
  for (const { id, free } of pots) {
    const taken = Math.min(lacking, Math.max(free, 0));
    if (taken > 0) parts.set(id, taken);
    lacking -= taken;
  }
  return { parts, lacking };
}
