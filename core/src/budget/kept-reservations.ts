import type { Charge } from './ledger.ts';

/**
 * A hold that outlives its call and its process, as text to be written down: whoever has it can settle or release
 * what is held. Only the ledger that made it can read it.
 */
export type KeptHold = string;

/** Who pays for work that was handed in earlier: whoever a hold was made for, or a user for whom nothing is held. */
export type Payer = { readonly hold: KeptHold } | { readonly userId: string };

/** Money held for work that goes on when its call is over. `Reservation.keep` makes such a hold. */
export interface KeptReservations {
  /**
   * Charges in place of what is still held, to the day of the hold; a hold that has lapsed is charged all the same,
   * and a payer without one to this day. One span is charged once, however often, by whichever process and at whatever
   * time it is asked for. A charge that cannot be written now is kept and retried, and counts as charged.
   */
  settleKept(payer: Payer, charge: Charge): Promise<'charged' | 'charged before'>;
  /** Gives back what is still held; doing it again changes nothing. */
  releaseKept(hold: KeptHold): Promise<void>;
  /** Whether `settleKept` has charged this span. */
  wasCharged(spanId: string): Promise<boolean>;
}
