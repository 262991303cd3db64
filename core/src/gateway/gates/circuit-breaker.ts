import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { Refusal } from '../errors.ts';
import { isProviderFailure } from '../upstream-failure.ts';
import {
  admitted,
  CLOSED_CIRCUIT,
  reported,
  type CallHealth,
  type Circuit,
  type CircuitRules,
} from './circuit.ts';

const DEFAULT_RULES: CircuitRules = { failuresToOpen: 5, coolDownMs: 30_000 };

export interface CircuitBreakerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: five failures in a row, thirty seconds. */
  readonly rules?: CircuitRules;
}

/** A call that a circuit let through; says once how the provider did, at the end of its scope that nobody knows. */
export interface CircuitPass extends Disposable {
  /** The provider answers. From 500 up it has failed; 4xx and 429 are a provider at work. */
  answered(status: number): void;
  /** There is no answer. */
  noAnswer(cause: Error): void;
}

/** Gate 11: keeps calls away from a provider that fails them all, and finds out when it is back. */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #rules: CircuitRules;
  readonly #circuits = new Map<string, Circuit>();

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
    this.#rules = options.rules ?? DEFAULT_RULES;
  }

  /** `open`: no call goes to the provider; `probing`: one does, to see whether it is back. */
  stateOf(provider: string): Circuit['kind'] {
    return this.#circuitOf(provider).kind;
  }

  /** @throws Refusal `circuit_open`. */
  admit(provider: string): CircuitPass {
    const outcome = admitted(this.#circuitOf(provider), this.#options.clock.monotonicMs());
    if ('retryAfterMs' in outcome) throw refusal(provider, Math.ceil(outcome.retryAfterMs / 1000));
    this.#circuits.set(provider, outcome.circuit);
    const { epoch } = outcome.circuit;
    let isReported = false;
    const report = (health: CallHealth): void => {
      if (!isReported) this.#report(provider, epoch, health);
      isReported = true;
    };
    return {
      answered: (status) => report(status >= 500 ? 'failed' : 'answered'),
      noAnswer: (cause) => report(isProviderFailure(cause) ? 'failed' : 'unknown'),
      [Symbol.dispose]: () => report('unknown'),
    };
  }

  #circuitOf(provider: string): Circuit {
    return this.#circuits.get(provider) ?? CLOSED_CIRCUIT;
  }

  #report(provider: string, epoch: number, health: CallHealth): void {
    const before = this.#circuitOf(provider);
    const after = reported(before, epoch, health, this.#options.clock.monotonicMs(), this.#rules);
    this.#circuits.set(provider, after);
    if (before.kind === after.kind) return;
    const { logger } = this.#options;
    if (before.kind === 'closed') {
      const fields = {
        failures: this.#rules.failuresToOpen,
        cool_down_seconds: this.#rules.coolDownMs / 1000,
      };
      logger.error({ provider, ...fields }, 'circuit breaker tripped');
    } else if (after.kind === 'closed') {
      logger.info({ provider }, 'circuit breaker closed: the provider answers again');
    } else if (health === 'failed') {
      logger.warn({ provider }, 'circuit breaker stays open: the provider still fails');
    }
  }
}

function refusal(provider: string, retryAfterSeconds: number): Refusal {
  return new Refusal(
    'circuit_open',
    `${provider} has failed several calls in a row: no call is sent to it for now, try again in ${retryAfterSeconds} s`,
    { retryAfterSeconds },
  );
}
