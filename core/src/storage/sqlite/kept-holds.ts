import { randomInt } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeptHold, Payer } from '../../budget/kept-reservations.ts';
import { NOTHING } from '../../budget/waterfall.ts';
import { asNanoUsd } from '../../money/index.ts';
import type { ReservationRow } from './ledger-rows.ts';

/** Listed by the schema, and never found dead: what it holds ends by its expiry alone. */
const NOBODY = 0n;

/** Of a row that is in no table. */
const NO_SEQ = -1;

/**
 * Reservations that outlive their process. One changes its owner and its number, which no other ever has again, so that
 * a hold that has lapsed can be charged without touching anyone else's. Changes run inside a transaction.
 */
export class KeptHolds {
  readonly #take: StatementSync;
  readonly #takeModel: StatementSync;
  readonly #wasCharged: StatementSync;

  constructor(db: DatabaseSync) {
    this.#take = db.prepare(
      'UPDATE reservations SET owner_id = ?3, seq = ?4, expires_at_unix_ms = ?5 WHERE owner_id = ?1 AND seq = ?2',
    );
    this.#takeModel = db.prepare(
      'UPDATE model_holds SET owner_id = ?3, seq = ?4 WHERE owner_id = ?1 AND seq = ?2',
    );
    this.#wasCharged = db.prepare('SELECT 1 FROM late_settlements WHERE span_id = ?');
  }

  /** @throws if the reservation has lapsed. */
  take(row: ReservationRow, expiresAtUnixMs: number): KeptHold {
    // The largest range `randomInt` has; two equal numbers among a million holds are one chance in five hundred.
    const seq = randomInt(2 ** 48 - 1);
    const taken = this.#take.run(row.ownerId, row.seq, NOBODY, seq, expiresAtUnixMs);
    if (taken.changes === 0) throw new Error('the reservation has lapsed before it could be kept');
    this.#takeModel.run(row.ownerId, row.seq, NOBODY, seq);
    return holdToText({ ...row, ownerId: NOBODY, seq });
  }

  /** Of a call that is only watched. */
  nothingHeld(row: ReservationRow): KeptHold {
    return holdToText({ ...row, ownerId: NOBODY, seq: NO_SEQ });
  }

  wasCharged(spanId: string): boolean {
    return this.#wasCharged.get(spanId) !== undefined;
  }
}

interface Text {
  readonly seq: number;
  readonly user: string;
  readonly period: string;
  /** Nano-dollars as decimal text, here and below: a double does not hold them all. */
  readonly budget: string;
  readonly grants: readonly (readonly [id: string, amount: string])[];
  readonly model?: readonly [name: string, amount: string];
}

function holdToText({ seq, userId, periodKey, split, model }: ReservationRow): KeptHold {
  const text: Text = {
    ...{ seq, user: userId, period: periodKey, budget: split.budget.toString() },
    grants: split.grants.map(({ id, amount }) => [id, amount.toString()]),
    ...(model && { model: [model.model, model.amount.toString()] as const }),
  };
  return JSON.stringify(text);
}

/** The reservation as it was when it was kept; it may have lapsed since then. @throws if `KeptHolds` did not make it. */
export function holdFromText(hold: KeptHold): ReservationRow {
  const text = JSON.parse(hold) as Text;
  const isNothing = text.seq === NO_SEQ;
  return {
    ...{ ownerId: NOBODY, seq: text.seq, userId: text.user, periodKey: text.period },
    split: isNothing
      ? NOTHING
      : {
          budget: asNanoUsd(BigInt(text.budget)),
          grants: text.grants.map(([id, amount]) => ({ id, amount: asNanoUsd(BigInt(amount)) })),
        },
    ...(text.model && { model: { model: text.model[0], amount: asNanoUsd(BigInt(text.model[1])) } }),
  };
}

/** What a charge takes the place of; nothing for a payer for whom nothing was held. */
export function heldUntilSettled(payer: Payer, todayKey: string): ReservationRow {
  if ('hold' in payer) return holdFromText(payer.hold);
  return { ownerId: NOBODY, seq: NO_SEQ, userId: payer.userId, periodKey: todayKey, split: NOTHING };
}
