import { asNanoUsd, type NanoUsd } from '../../money/index.ts';
import { addUsage, atTier, NO_USAGE, type PricedModel, type TokenUsage } from '../../pricing/index.ts';
import { newReading } from '../usage/answer-reading.ts';
import { costWithBesides, withBesides } from '../usage/beside-use.ts';
import { isObject } from '../wire/json-shape.ts';
import { usedTokens } from '../usage/used-tokens.ts';
import { JsonLines, type JsonLine } from '../wire/json-lines.ts';
import type { BatchApi, BatchResult } from './batch-api.ts';

/** A longer line is not read; one result is no longer than an answer may be. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

const OPEN_BRACE = 0x7b;

export interface ResultsTallyOptions {
  readonly api: BatchApi;
  /** At the price of a batch; `undefined` for a model that has none. */
  readonly priceOf: (model: string | undefined) => PricedModel | undefined;
  /**
   * What a request costs whose result cannot be read. Absent: what the dearest of those before it did, and these may be
   * no results at all, as the first line tells.
   */
  readonly unreadableCost: NanoUsd | undefined;
}

/** Adds up what the results of a batch cost, as their bytes go by. */
export class ResultsTally {
  readonly #options: ResultsTallyOptions;
  readonly #lines = new JsonLines(MAX_LINE_BYTES);
  readonly #byModel = new Map<string, number>();
  #bytes = 0;
  #isForeign = false;
  #cost = 0n;
  #usage: TokenUsage = NO_USAGE;
  #succeeded = 0;
  #failed = 0;
  #unreadable = 0;
  #dearest = 0n;
  #unpricedModel: string | undefined;

  constructor(options: ResultsTallyOptions) {
    this.#options = options;
  }

  /** Of what is no results, as far as it has gone by: nothing of it is read any more. */
  get isForeign(): boolean {
    return this.#isForeign;
  }

  /** A model that answered and has no price; `''` for one without a name. `undefined`: there is none. */
  get unpricedModel(): string | undefined {
    return this.#unpricedModel;
  }

  write(chunk: Buffer): void {
    // Most files are no results, and many are one long line or none.
    if (this.#bytes === 0 && chunk[0] !== OPEN_BRACE)
      this.#isForeign = this.#options.unreadableCost === undefined;
    this.#bytes += chunk.length;
    if (this.#isForeign) return;
    for (const line of this.#lines.read(chunk)) this.#add(line);
  }

  end(): void {
    for (const line of this.#lines.rest()) this.#add(line);
  }

  /** Each request's cost is rounded as a call's is. */
  total() {
    const models = [...this.#byModel].toSorted(([, one], [, other]) => other - one).map(([model]) => model);
    return {
      cost: asNanoUsd(this.#cost),
      usage: this.#usage,
      /** The most frequent first. */
      models,
      succeeded: this.#succeeded,
      failed: this.#failed,
      /** Of those that succeeded, as far as can be told: charged by estimate. */
      unreadable: this.#unreadable,
    };
  }

  #add(line: JsonLine): void {
    if (this.#isForeign) return;
    const result = line === 'too long' ? undefined : this.#resultIn(line);
    if (result === undefined) {
      const isFirst = this.#succeeded + this.#failed === 0;
      this.#isForeign = isFirst && this.#options.unreadableCost === undefined;
      if (!this.#isForeign) this.#addUnreadable(this.#dearest);
    } else if (result.answer === undefined) this.#failed++;
    else this.#addAnswer(result, line.length);
  }

  #resultIn(line: Buffer): BatchResult | undefined {
    try {
      const json: unknown = JSON.parse(line.toString('utf8'));
      return isObject(json) ? this.#options.api.resultOf(json) : undefined;
    } catch {
      // What is no JSON cannot be read, which its price says.
      return undefined;
    }
  }

  #addAnswer({ answer, read }: Extract<BatchResult, { readonly read: unknown }>, bytes: number): void {
    const reading = newReading();
    read(answer, reading);
    reading.complete = true;
    const { usage, isEstimate } = usedTokens(reading, bytes);
    const priceOf = (model: string | undefined): PricedModel | undefined => {
      const listed = this.#options.priceOf(model);
      return listed && atTier(listed, reading.tier);
    };
    const priced = priceOf(reading.model);
    if (reading.model !== undefined) {
      this.#byModel.set(reading.model, (this.#byModel.get(reading.model) ?? 0) + 1);
    }
    const { besides = [] } = reading;
    this.#usage = addUsage(this.#usage, withBesides(usage, besides));
    if (priced === undefined) {
      this.#unpricedModel ??= reading.model ?? '';
      this.#addUnreadable(this.#dearest);
      return;
    }
    const cost = costWithBesides(usage, besides, priced, priceOf);
    if (cost > this.#dearest) this.#dearest = cost;
    if (isEstimate) this.#addUnreadable(cost);
    else {
      this.#succeeded++;
      this.#cost += cost;
    }
  }

  /** Unknown is never zero, if anything at all is known of the batch. */
  #addUnreadable(estimate: bigint): void {
    this.#succeeded++;
    this.#unreadable++;
    this.#cost += this.#options.unreadableCost ?? estimate;
  }
}
