import type { AnswerEnd, AnswerTap } from '../relay.ts';
import { DecodedMeter, isCompressed } from '../usage/decoded-meter.ts';
import { headerValue } from '../wire/headers.ts';
import type { ResultsTally } from './results-tally.ts';

export interface ResultsReader {
  /** Fresh for each reading. */
  tally(): ResultsTally;
  /** Settles what a whole reading came to; gives headers for the answer. */
  settle(tally: ResultsTally): Promise<readonly string[]>;
  /** Reads the results once more, to their end; `undefined` if they cannot be had. */
  readAgain(): Promise<ResultsTally | undefined>;
}

/**
 * Reads results along as they go by, and settles them once all have. What the provider breaks off is charged by a
 * later reading; what the client breaks off is read to its end for it, or whoever leaves before the last byte would
 * have all the answers for nothing.
 */
export class ResultsTap implements AnswerTap {
  readonly #reader: ResultsReader;
  readonly #tally: ResultsTally;
  #decoded: DecodedMeter | undefined;
  #isGood = false;

  constructor(reader: ResultsReader) {
    this.#reader = reader;
    this.#tally = reader.tally();
  }

  begin(status: number, headers: string[]): string[] {
    this.#isGood = status === 200;
    const encoding = headerValue(headers, 'content-encoding');
    if (encoding !== undefined && isCompressed(encoding))
      this.#decoded = new DecodedMeter(encoding, this.#tally);
    return headers;
  }

  write(chunk: Buffer): boolean {
    if (this.#isGood) (this.#decoded ?? this.#tally).write(chunk);
    return false;
  }

  async settle(end: AnswerEnd): Promise<readonly string[]> {
    if (!this.#isGood || end === 'broken') return [];
    if (end === 'client_gone') {
      const whole = await this.#reader.readAgain();
      if (whole !== undefined) await this.#reader.settle(whole);
      return [];
    }
    if (this.#decoded === undefined) this.#tally.end();
    else await this.#decoded.end();
    return this.#reader.settle(this.#tally);
  }

  async noAnswer(): Promise<void> {
    // Nobody has had a result.
  }
}
