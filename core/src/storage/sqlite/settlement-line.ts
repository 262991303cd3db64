import type { Charge } from '../../budget/ledger.ts';
import { asNanoUsd } from '../../money/index.ts';
import type { ReservationRow } from './ledger-rows.ts';
import { spanFromJournal, spanToJournal } from './span-journal.ts';

/** A call's settlement: what it held, and what it is charged. */
export interface Settlement {
  readonly row: ReservationRow;
  readonly charge: Charge;
}

interface Line {
  readonly owner: string;
  readonly seq: number;
  readonly user: string;
  readonly period: string;
  /** Nano-dollars as decimal text, here and below: a double does not hold them all. */
  readonly budget: string;
  readonly grants: readonly (readonly [id: string, amount: string])[];
  /** Of a model that has a daily cap. */
  readonly model?: readonly [name: string, amount: string];
  readonly cost: string;
  readonly tokens: number;
  /** As `spanToJournal` has it. */
  readonly span: string;
}

/** A settlement as one line of JSON. */
export function settlementToLine({ row, charge }: Settlement): string {
  const line: Line = {
    owner: row.ownerId.toString(),
    seq: row.seq,
    user: row.userId,
    period: row.periodKey,
    budget: row.split.budget.toString(),
    grants: row.split.grants.map(({ id, amount }) => [id, amount.toString()]),
    ...(row.model && { model: [row.model.model, row.model.amount.toString()] as const }),
    cost: charge.cost.toString(),
    tokens: charge.tokens,
    span: spanToJournal(charge.span),
  };
  return JSON.stringify(line);
}

/** @throws if `settlementToLine` did not make the line, or it was cut off. */
export function settlementFromLine(text: string): Settlement {
  const line = JSON.parse(text) as Line;
  return {
    row: {
      ownerId: BigInt(line.owner),
      seq: line.seq,
      userId: line.user,
      periodKey: line.period,
      split: {
        budget: asNanoUsd(BigInt(line.budget)),
        grants: line.grants.map(([id, amount]) => ({ id, amount: asNanoUsd(BigInt(amount)) })),
      },
      ...(line.model && { model: { model: line.model[0], amount: asNanoUsd(BigInt(line.model[1])) } }),
    },
    charge: {
      cost: asNanoUsd(BigInt(line.cost)),
      tokens: line.tokens,
      span: spanFromJournal(line.span),
    },
  };
}
