import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { asNanoUsd, type NanoUsd } from '../../money/index.ts';

/** A reservation's part of a model's day. */
export interface ModelHold {
  readonly model: string;
  readonly amount: NanoUsd;
}

/** The reservation a hold belongs to, and the day it counts for. */
interface HoldKey {
  readonly ownerId: bigint;
  readonly seq: number;
  readonly periodKey: string;
}

/** What all users together spent and hold of the models that have a daily cap. Changes run inside a transaction. */
export class ModelDays {
  readonly #used: StatementSync;
  readonly #add: StatementSync;
  readonly #insertHold: StatementSync;
  readonly #deleteHold: StatementSync;
  readonly #hold: StatementSync;

  constructor(db: DatabaseSync) {
    this.#used = db.prepare(
      'SELECT spent_nano_usd + reserved_nano_usd AS used FROM model_days WHERE model = ? AND period_key = ?',
    );
    this.#used.setReadBigInts(true);
    this.#add = db.prepare(
      `INSERT INTO model_days VALUES (?1, ?2, ?3, ?4) ON CONFLICT (model, period_key)
         DO UPDATE SET spent_nano_usd = spent_nano_usd + ?3, reserved_nano_usd = reserved_nano_usd + ?4`,
    );
    this.#insertHold = db.prepare('INSERT INTO model_holds VALUES (?, ?, ?, ?)');
    this.#deleteHold = db.prepare('DELETE FROM model_holds WHERE owner_id = ? AND seq = ?');
    this.#hold = db.prepare(
      'SELECT model, amount_nano_usd AS amount FROM model_holds WHERE owner_id = ? AND seq = ?',
    );
    this.#hold.setReadBigInts(true);
  }

  /** Spent and held of a model on a day. */
  used(model: string, periodKey: string): NanoUsd {
    return asNanoUsd((this.#used.get(model, periodKey)?.['used'] as bigint | undefined) ?? 0n);
  }

  hold({ ownerId, seq, periodKey }: HoldKey, { model, amount }: ModelHold): void {
    this.#insertHold.run(ownerId, seq, model, amount);
    this.#add.run(model, periodKey, 0n, amount);
  }

  /** What a reservation holds, for whoever ends one that is not its own. */
  heldBy({ ownerId, seq }: Pick<HoldKey, 'ownerId' | 'seq'>): ModelHold | undefined {
    const row = this.#hold.get(ownerId, seq);
    return row && { model: String(row['model']), amount: asNanoUsd(row['amount'] as bigint) };
  }

  /** Gives back what is still held, and charges what was spent. */
  exchange({ ownerId, seq, periodKey }: HoldKey, { model, amount }: ModelHold, spent: NanoUsd): void {
    const isHeld = this.#deleteHold.run(ownerId, seq).changes !== 0;
    this.#add.run(model, periodKey, spent, isHeld ? 0n - amount : 0n);
  }
}
