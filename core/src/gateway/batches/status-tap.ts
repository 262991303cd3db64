import type { KeptReservations } from '../../budget/kept-reservations.ts';
import type { Logger } from '../../logger.ts';
import type { BatchStore } from '../../storage/batch-store.ts';
import type { AnswerEnd, AnswerTap } from '../relay.ts';
import { headerValue, replaceHeader } from '../wire/headers.ts';
import { AnswerText } from './answer-text.ts';
import type { BatchApi, BatchStatus } from './batch-api.ts';
import { batchSpanId } from './batch-span.ts';

export interface StatusDeps {
  readonly provider: string;
  readonly api: BatchApi;
  readonly ledger: KeptReservations;
  readonly batches: BatchStore;
  readonly logger: Logger;
}

/** Learns from an answer that tells how batches stand: where their results are, and which of them cost nothing. */
export class StatusTap implements AnswerTap {
  readonly #deps: StatusDeps;
  readonly #text = new AnswerText();
  readonly rewrite?: (chunk: Buffer | 'end') => Buffer;
  #isGood = false;
  #isShort = true;

  constructor(deps: StatusDeps) {
    this.#deps = deps;
    const { redirect } = deps.api;
    if (redirect !== undefined) this.rewrite = (chunk) => this.#redirected(chunk, redirect);
  }

  begin(status: number, headers: string[]): string[] {
    // Asked for plain; an answer that is not cannot be read.
    this.#isGood = status === 200 && headerValue(headers, 'content-encoding') === undefined;
    if (!this.#isGood || this.rewrite === undefined) return headers;
    const changed = [...headers];
    replaceHeader(changed, 'content-length');
    return changed;
  }

  write(chunk: Buffer): boolean {
    if (this.#isGood && this.rewrite === undefined) this.#text.add(chunk);
    return false;
  }

  async settle(_end: AnswerEnd): Promise<readonly string[]> {
    const answer = this.#isGood ? this.#text.json() : undefined;
    for (const status of answer === undefined ? [] : this.#deps.api.statusesIn(answer)) {
      try {
        await this.#learn(status);
      } catch (cause) {
        // What an answer says of a batch, the next one says again.
        this.#deps.logger.warn(
          { batch_id: status.batchId, err: cause },
          'how a batch stands could not be noted',
        );
      }
    }
    return [];
  }

  async noAnswer(): Promise<void> {
    // Nothing was told.
  }

  /** Holds a short answer back to its end; a long one is passed on as it is. */
  #redirected(chunk: Buffer | 'end', redirect: (answer: string) => string): Buffer {
    if (chunk === 'end') return Buffer.from(redirect(this.#text.bytes.toString('utf8')));
    if (!this.#isGood || !this.#isShort) return chunk;
    this.#isShort = this.#text.add(chunk);
    if (this.#isShort) return Buffer.alloc(0);
    const held = this.#text.bytes;
    this.#text.drop();
    return Buffer.concat([held, chunk]);
  }

  async #learn({ batchId, resultsId, isInVain }: BatchStatus): Promise<void> {
    const { provider, batches, ledger } = this.#deps;
    const record = await batches.find({ provider, batchId });
    if (record === undefined) return;
    if (resultsId !== undefined && record.resultsId !== resultsId)
      await batches.add({ ...record, resultsId });
    // Whoever has had the results before it was known whose they are has paid for them.
    const isPaid = resultsId !== undefined && (await ledger.wasCharged(batchSpanId(provider, resultsId)));
    if (isInVain || isPaid) await ledger.releaseKept(record.hold);
  }
}
