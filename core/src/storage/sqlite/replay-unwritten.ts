import { readFileSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '../../logger.ts';
import type { LedgerOwners } from './ledger-owners.ts';
import { settlementFromLine, type Settlement } from './settlement-line.ts';
import { inTransaction } from './transaction.ts';
import { journalsBeside } from './unwritten-journal.ts';

export interface ReplayOptions {
  readonly db: DatabaseSync;
  readonly databasePath: string;
  readonly owners: LedgerOwners;
  readonly logger: Logger;
  /** Writes one settlement unless it is written already. Runs inside a transaction. */
  readonly settle: (settlement: Settlement) => void;
}

/**
 * Writes the settlements that other processes could not write and left in a journal. The journal of one that is
 * gone goes with that; one that lives keeps its own, for `settle` to see that nothing is written twice.
 */
export function replayUnwritten(options: ReplayOptions): void {
  const { db, databasePath, owners, logger } = options;
  const journals = journalsBeside(databasePath).filter(({ ownerId }) => ownerId !== owners.ownId);
  for (const { ownerId, path } of journals) {
    const { settlements, unreadable } = readJournal(path);
    const isOwned = inTransaction(db, () => {
      for (const settlement of settlements) options.settle(settlement);
      owners.removeDead();
      return owners.isListed(ownerId);
    });
    if (settlements.length > 0)
      logger.info(
        { settlements: settlements.length, path },
        'wrote charges that an earlier process could not',
      );
    if (isOwned) continue;
    if (unreadable === 0) {
      rmSync(path, { force: true });
      continue;
    }
    const kept = `${path}.unreadable`;
    renameSync(path, kept);
    logger.error(
      { lines: unreadable, path: kept },
      'failed to deduct spend: a journal has lines that are cut off',
    );
  }
}

function readJournal(path: string): {
  readonly settlements: readonly Settlement[];
  readonly unreadable: number;
} {
  const settlements: Settlement[] = [];
  let unreadable = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      settlements.push(settlementFromLine(line));
    } catch {
      unreadable++;
    }
  }
  return { settlements, unreadable };
}
