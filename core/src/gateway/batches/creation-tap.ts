import type { KeptHold, KeptReservations } from '../../budget/kept-reservations.ts';
import type { Logger } from '../../logger.ts';
import type { BatchRecord, BatchStore } from '../../storage/batch-store.ts';
import type { AnswerEnd, AnswerTap } from '../relay.ts';
import { isConnectFailure, isProviderFailure } from '../upstream-failure.ts';
import { AnswerText } from './answer-text.ts';
import type { BatchApi } from './batch-api.ts';

export interface CreationDeps {
  readonly api: BatchApi;
  readonly ledger: KeptReservations;
  readonly batches: BatchStore;
  readonly logger: Logger;
}

/** A batch that is on its way to its provider, which has not named it yet. */
export type UnnamedBatch = Omit<BatchRecord, 'batchId' | 'resultsId'>;

/**
 * Watches the creation of a batch: one that was refused holds nothing any more, one that was made is remembered before
 * the client hears of it, and what may have been made stays held until the hold lapses.
 */
export class CreationTap implements AnswerTap {
  readonly #batch: UnnamedBatch;
  readonly #deps: CreationDeps;
  readonly #text = new AnswerText();
  #status = 0;

  constructor(batch: UnnamedBatch, deps: CreationDeps) {
    this.#batch = batch;
    this.#deps = deps;
  }

  begin(status: number, headers: string[]): string[] {
    this.#status = status;
    return headers;
  }

  write(chunk: Buffer): boolean {
    this.#text.add(chunk);
    return false;
  }

  async settle(_end: AnswerEnd): Promise<readonly string[]> {
    if (this.#status < 200 || this.#status >= 300) await this.#release();
    else await this.#remember();
    return [];
  }

  async noAnswer(cause: Error, end: 'broken' | 'client_gone'): Promise<void> {
    const mayHaveArrived = end === 'client_gone' || (isProviderFailure(cause) && !isConnectFailure(cause));
    if (mayHaveArrived) this.#deps.logger.warn(this.#fields(), MAY_BE_MADE);
    else await this.#release();
  }

  async #remember(): Promise<void> {
    const { api, batches, logger } = this.#deps;
    const [status] = api.statusesIn(this.#text.json() ?? {});
    if (status === undefined) {
      logger.warn(this.#fields(), MAY_BE_MADE);
      return;
    }
    const { batchId, resultsId } = status;
    try {
      await batches.add({ ...this.#batch, batchId, ...(resultsId !== undefined && { resultsId }) });
      logger.info({ ...this.#fields(), batch_id: batchId, requests: this.#batch.requests }, 'batch created');
    } catch (cause) {
      // The provider works on it already. Its results are charged to whoever reads them.
      logger.error({ ...this.#fields(), batch_id: batchId, err: cause }, 'a batch could not be remembered');
    }
  }

  async #release(): Promise<void> {
    const hold: KeptHold = this.#batch.hold;
    await this.#deps.ledger.releaseKept(hold);
  }

  #fields(): object {
    const { provider, userId, context } = this.#batch;
    return { provider, user_id: userId, request_id: context.requestId };
  }
}

const MAY_BE_MADE =
  'whether a batch was created is not known; what it may cost stays held until the hold lapses';
