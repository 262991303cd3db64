import type { NanoUsd } from '../money/index.ts';
import type { KeptHold } from './kept-reservations.ts';
import type { Charge, Reservation } from './ledger.ts';

/** How a store ends a reservation; one of them is called, and once. */
export interface ReservationEnds {
  settle(charge: Charge): Promise<NanoUsd | undefined>;
  release(): Promise<void>;
  keep(forMs: number): Promise<KeptHold>;
}

/** Keeps the promise that a reservation ends exactly once, whatever the store behind it. */
export class OneEndReservation implements Reservation {
  readonly id: string;
  readonly amount: NanoUsd;
  readonly #ends: ReservationEnds;
  #ended = false;

  constructor(id: string, amount: NanoUsd, ends: ReservationEnds) {
    this.id = id;
    this.amount = amount;
    this.#ends = ends;
  }

  settle(charge: Charge): Promise<NanoUsd | undefined> {
    this.#end();
    return this.#ends.settle(charge);
  }

  release(): Promise<void> {
    this.#end();
    return this.#ends.release();
  }

  keep(forMs: number): Promise<KeptHold> {
    this.#end();
    return this.#ends.keep(forMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.release();
  }

  #end(): void {
    if (this.#ended)
      throw new Error(`reservation ${this.id} has ended already: it is settled, released or kept once`);
    this.#ended = true;
  }
}
