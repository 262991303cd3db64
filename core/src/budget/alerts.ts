import type { Logger } from '../logger.ts';
import { usdFromNanoUsd, type NanoUsd } from '../money/index.ts';

/** Percent of the daily limit, lowest first (contract section 4). */
export const ALERT_THRESHOLDS = [80, 90, 100] as const;

export type AlertThreshold = (typeof ALERT_THRESHOLDS)[number];

/** A user has spent this much of a day's limit for the first time that day. */
export interface BudgetAlert {
  readonly userId: string;
  /** Percent of the limit. */
  readonly threshold: AlertThreshold;
  /** Charged to the day's budget, with the call that crossed the threshold. */
  readonly spent: NanoUsd;
  readonly limit: NanoUsd;
  /** The day, `YYYY-MM-DD`. */
  readonly periodKey: string;
}

/** Someone who is told of alerts. A rejection is logged and concerns nobody else. */
export interface BudgetNotifier {
  notify(alert: BudgetAlert): Promise<void>;
}

const NONE: readonly AlertThreshold[] = [];

/**
 * The thresholds that are reached and were not told of before, lowest first.
 *
 * @param alertedPercent the highest one told of this day, 0 for none.
 */
export function thresholdsToTell(
  spent: NanoUsd,
  limit: NanoUsd,
  alertedPercent: number,
): readonly AlertThreshold[] {
  const reached = (percent: number): boolean => spent * 100n >= limit * BigInt(percent);
  // Every call asks, and nearly all of them are far below.
  if (!reached(ALERT_THRESHOLDS[0])) return NONE;
  return ALERT_THRESHOLDS.filter((percent) => percent > alertedPercent && reached(percent));
}

/**
 * Tells of alerts in the log, in the words that alert rules match (contract section 10).
 *
 * @param emailOf answers `undefined` for a user whose email is not known; the field is then `''`.
 */
export function logNotifier(
  logger: Logger,
  emailOf: (userId: string) => Promise<string | undefined>,
): BudgetNotifier {
  return {
    async notify({ userId, threshold, spent, limit, periodKey }) {
      const email = await emailOf(userId).catch((cause: unknown) => {
        logger.warn({ err: cause, user_id: userId }, 'could not look up whom a budget alert is about');
        return undefined;
      });
      logger.warn(
        {
          ...{ user_id: userId, email: email ?? '', threshold },
          ...{ spent_usd: usdFromNanoUsd(spent), limit_usd: usdFromNanoUsd(limit), period: periodKey },
        },
        `🔔 budget alert: ${threshold}% threshold reached`,
      );
    },
  };
}

/** Passes alerts on one after the other, in the order they were raised; whoever raises one waits for nothing. */
export class BudgetAlerts {
  readonly #notifier: BudgetNotifier;
  readonly #logger: Logger;
  #telling: Promise<void> = Promise.resolve();

  constructor(notifier: BudgetNotifier, logger: Logger) {
    this.#notifier = notifier;
    this.#logger = logger;
  }

  raise(alerts: readonly BudgetAlert[]): void {
    for (const alert of alerts) this.#telling = this.#telling.then(() => this.#tell(alert));
  }

  /** Resolves once all alerts raised so far have been passed on. */
  told(): Promise<void> {
    return this.#telling;
  }

  async #tell(alert: BudgetAlert): Promise<void> {
    try {
      await this.#notifier.notify(alert);
    } catch (cause) {
      const { userId, threshold } = alert;
      this.#logger.error({ err: cause, user_id: userId, threshold }, 'could not pass on a budget alert');
    }
  }
}
