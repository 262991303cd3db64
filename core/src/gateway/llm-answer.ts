import type { Reservation } from '../budget/ledger.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { usdFromNanoUsd, ZERO_NANO_USD, type NanoUsd } from '../money/index.ts';
import { atTier, NO_USAGE, type PricedModel } from '../pricing/index.ts';
import { llmSpan, withBudgetRemaining, type LlmCall } from './llm-span.ts';
import type { SpanSink } from '../spans/span-sink.ts';
import type { SpanRecord } from '../spans/span-record.ts';
import { costWithBesides, withBesides } from './usage/beside-use.ts';
import { DecodedMeter } from './usage/decoded-meter.ts';
import type { AnswerRewriter } from './providers/provider.ts';
import type { UsageMeter } from './usage/answer-reading.ts';
import { countUnread, usedTokens } from './usage/used-tokens.ts';
import { headerValue } from './wire/headers.ts';
import type { AnswerEnd, AnswerTap } from './relay.ts';

/** A call that passed every gate and is on its way. */
export interface AdmittedCall extends Pick<
  LlmCall,
  'context' | 'userId' | 'provider' | 'system' | 'operation' | 'requestModel' | 'request' | 'isStream'
> {
  readonly model: PricedModel;
  /** The price of the model that answered, should it be another one. */
  readonly priceOf: (responseModel: string) => PricedModel | undefined;
  readonly requestBytes: number;
  readonly inputContent: string;
  readonly capturesContent: boolean;
  readonly rewriter: AnswerRewriter | undefined;
  readonly reservation: Reservation;
}

export interface AnswerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly spans: SpanSink;
}

/** The money side of one answer: reads what it used, settles it, and leaves the span. */
export class LlmAnswer implements AnswerTap {
  readonly #call: AdmittedCall;
  readonly #deps: AnswerDeps;
  readonly #meter: UsageMeter;
  #decoded: DecodedMeter | undefined;
  #status = 0;
  #ttfbMs: number | undefined;

  constructor(call: AdmittedCall, meter: UsageMeter, deps: AnswerDeps) {
    this.#call = call;
    this.#deps = deps;
    this.#meter = meter;
  }

  begin(status: number, headers: string[]): string[] {
    this.#status = status;
    this.#ttfbMs = this.#elapsedMs();
    const encoding = headerValue(headers, 'content-encoding');
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
      this.#decoded = new DecodedMeter(encoding, this.#meter);
    return this.#call.rewriter?.begin(status, headers) ?? headers;
  }

  write(chunk: Buffer): boolean {
    if (this.#isFailure()) return false;
    if (this.#decoded === undefined) return this.#meter.write(chunk);
    this.#decoded.write(chunk);
    return false;
  }

  rewrite(chunk: Buffer | 'end'): Buffer {
    const { rewriter } = this.#call;
    if (chunk === 'end') return rewriter?.end() ?? Buffer.alloc(0);
    return rewriter === undefined ? chunk : rewriter.write(chunk);
  }

  async settle(end: AnswerEnd): Promise<readonly string[]> {
    if (this.#isFailure()) {
      await this.#releaseFor(`HTTP ${this.#status}`);
      return [];
    }
    if (this.#decoded === undefined) this.#meter.end();
    else {
      await this.#decoded.end();
      countUnread(this.#meter.reading, this.#decoded.unreadBytes);
    }
    return this.#charge(end === 'complete' ? undefined : END_ERRORS[end]);
  }

  async noAnswer(cause: Error, end: 'broken' | 'client_gone'): Promise<void> {
    // Whoever hangs up on a model that is already at work has had it read the prompt.
    if (end === 'client_gone') await this.#charge(END_ERRORS.client_gone);
    else await this.#releaseFor(`no answer: ${(cause as NodeJS.ErrnoException).code ?? cause.name}`);
  }

  async #charge(brokenOff: string | undefined): Promise<readonly string[]> {
    const { reading } = this.#meter;
    const { usage: told, isEstimate } = usedTokens(reading, this.#call.requestBytes);
    const { besides = [], tier } = reading;
    const { reservation, model } = this.#call;
    const priceOf = (name: string): PricedModel | undefined => {
      const listed = this.#call.priceOf(name);
      return listed && atTier(listed, tier);
    };
    const answered = reading.model === undefined ? undefined : priceOf(reading.model);
    const usage = withBesides(told, besides);
    const priced = costWithBesides(told, besides, answered ?? atTier(model, tier), priceOf);
    // More than the call can cost at most would only be the estimate's fault.
    const cost = isEstimate && priced > reservation.amount ? reservation.amount : priced;
    const error = brokenOff ?? reading.error;
    const span = this.#span({ usage, isEstimate, cost, ...(error !== undefined && { error }) });
    const tokens = usage.inputTokens + usage.outputTokens;
    const remaining = await reservation.settle({ cost, tokens, span });
    this.#finish(withBudgetRemaining(span, remaining), cost);
    return [
      'X-Candela-Cost-Usd',
      decimalUsd(cost),
      ...(remaining === undefined ? [] : ['X-Candela-Budget-Remaining-Usd', decimalUsd(remaining)]),
    ];
  }

  async #releaseFor(error: string): Promise<void> {
    const span = this.#span({ usage: NO_USAGE, isEstimate: false, cost: ZERO_NANO_USD, error });
    await this.#call.reservation.release();
    this.#finish(span, ZERO_NANO_USD);
  }

  #span(outcome: Pick<LlmCall, 'usage' | 'isEstimate' | 'cost' | 'error'>): SpanRecord {
    const { reading } = this.#meter;
    return llmSpan({
      ...this.#call,
      ...outcome,
      responseModel: reading.model,
      httpStatus: this.#status,
      durationMs: this.#elapsedMs(),
      ttfbMs: this.#ttfbMs,
      outputContent: this.#call.capturesContent ? reading.outputText : '',
    });
  }

  #finish(span: SpanRecord, cost: NanoUsd): void {
    this.#deps.spans.add(span);
    this.#deps.logger.info(
      {
        provider: span.genAi?.provider,
        model: span.genAi?.model,
        tokens: (span.genAi?.inputTokens ?? 0) + (span.genAi?.outputTokens ?? 0),
        cost_usd: usdFromNanoUsd(cost),
        latency: span.durationNs / 1e6,
        status: this.#status,
        user_id: span.userId,
        request_id: this.#call.context.requestId,
        trace_id: span.traceId,
        ...(span.status === 'error' && { error: span.statusMessage }),
      },
      'llm call',
    );
  }

  #isFailure(): boolean {
    return this.#status < 200 || this.#status >= 300;
  }

  #elapsedMs(): number {
    return this.#deps.clock.monotonicMs() - this.#call.context.startedAtMonotonicMs;
  }
}

const END_ERRORS: Readonly<Record<Exclude<AnswerEnd, 'complete'>, string>> = {
  broken: 'the provider broke the answer off',
  client_gone: 'the client hung up',
};

/** Plain decimals with nine digits at most: `0.000135`, never `1.35e-4`. */
export function decimalUsd(amount: NanoUsd): string {
  const digits = amount.toString().padStart(10, '0');
  const whole = digits.length - 9;
  let end = digits.length;
  while (end > whole && digits[end - 1] === '0') end--;
  return end === whole ? digits.slice(0, whole) : `${digits.slice(0, whole)}.${digits.slice(whole, end)}`;
}
