import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { retryDelayMs, type FailedAttempt } from './retry.ts';
import { isConnectFailure } from './upstream-failure.ts';
import { retryAfterMs } from './wire/retry-after.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Who gets the answer in the end, and is told of one attempt only. */
export interface AnswerHandler {
  onRequestStart(controller: Controller): void;
  onResponseStart(controller: Controller, status: number, headers: Headers, message?: string): void;
  onResponseData(controller: Controller, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(controller: Controller | undefined, cause: Error): void;
}

export interface PatientOptions {
  /** Sends the call, again with every use. */
  readonly send: (handler: Dispatcher.DispatchHandler) => void;
  readonly isRepeatable: boolean;
  /** Whether nobody waits for the answer any more. */
  readonly isAbandoned: () => boolean;
  readonly clock: Clock;
}

/**
 * Stands before the handler of an answer and keeps from it what may be tried again (`retry.ts`); the first attempt
 * that may not is passed on as it comes.
 */
export class PatientHandler implements Dispatcher.DispatchHandler {
  readonly #handler: AnswerHandler;
  readonly #options: PatientOptions;
  readonly #startedAtMs: number;
  #failed = 0;
  #hasBegun = false;
  /** Set while an answer is dropped. */
  #retryInMs: number | undefined;

  constructor(handler: AnswerHandler, options: PatientOptions) {
    this.#handler = handler;
    this.#options = options;
    this.#startedAtMs = options.clock.monotonicMs();
  }

  onRequestStart(controller: Controller): void {
    this.#handler.onRequestStart(controller);
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, message?: string): void {
    if (status >= 200) {
      this.#retryInMs = this.#options.isRepeatable ? this.#delayAfterStatus(status, headers) : undefined;
      if (this.#retryInMs !== undefined) {
        // Not read to its end, which may be far.
        controller.abort(new AnswerDropped());
        return;
      }
      this.#hasBegun = true;
    }
    this.#handler.onResponseStart(controller, status, headers, message);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#retryInMs === undefined) this.#handler.onResponseData(controller, chunk);
  }

  onResponseEnd(): void {
    if (this.#retryInMs === undefined) this.#handler.onResponseEnd();
  }

  onResponseError(controller: Controller, cause: Error): void {
    const mayRetry = !this.#hasBegun && isConnectFailure(cause);
    const delayMs = this.#retryInMs ?? (mayRetry ? this.#delayAfter({ kind: 'not_connected' }) : undefined);
    this.#retryInMs = undefined;
    if (delayMs === undefined || this.#options.isAbandoned()) {
      this.#handler.onResponseError(controller, cause);
      return;
    }
    this.#failed += 1;
    setTimeout(() => {
      if (this.#options.isAbandoned()) this.#handler.onResponseError(undefined, cause);
      else this.#options.send(this);
    }, delayMs);
  }

  #delayAfterStatus(status: number, headers: Headers): number | undefined {
    const nowUnixMs = this.#options.clock.nowUnixMs();
    return this.#delayAfter({
      ...{ kind: 'status', status },
      retryAfterMs: retryAfterMs(single(headers['retry-after']), nowUnixMs),
    });
  }

  #delayAfter(failed: FailedAttempt): number | undefined {
    const { clock, isRepeatable } = this.#options;
    const elapsedMs = clock.monotonicMs() - this.#startedAtMs;
    return retryDelayMs(failed, { made: this.#failed + 1, elapsedMs, isRepeatable }, Math.random());
  }
}

class AnswerDropped extends Error {
  constructor() {
    super('the answer was dropped, to send its call again');
    this.name = 'AnswerDropped';
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
