import type { UserRole } from '../storage/user-store.ts';
import { spanProblem } from './span-problem.ts';
import type { SpanPipeline } from './span-pipeline.ts';
import type { SpanRecord } from './span-record.ts';

/** No span of the request was taken, because those before it are not written yet; later there is room again. */
export class IntakeFullError extends Error {
  constructor() {
    super('the spans before these are not written yet: send them again in a few seconds');
    this.name = 'IntakeFullError';
  }
}

export interface IntakeOutcome {
  readonly accepted: number;
  /** Why, for each span that was rejected; it begins with the span's id. */
  readonly rejected: readonly string[];
}

/** Takes the spans of others, each on its own, whichever way they came. The ledger never hears of them. */
export class SpanIntake {
  readonly #pipeline: SpanPipeline;
  readonly #reservedSpanIds: ReadonlySet<string>;

  /** @param reservedSpanIds of the gateway's calls under way: the first to be written would win. */
  constructor(pipeline: SpanPipeline, reservedSpanIds: ReadonlySet<string> = new Set()) {
    this.#pipeline = pipeline;
    this.#reservedSpanIds = reservedSpanIds;
  }

  /** @throws IntakeFullError */
  async take(spans: readonly SpanRecord[]): Promise<IntakeOutcome> {
    const accepted: SpanRecord[] = [];
    const rejected: string[] = [];
    for (const span of spans) {
      const problem = this.#reservedSpanIds.has(span.spanId)
        ? 'span_id: is that of a call under way, which leaves its own span'
        : spanProblem(span);
      if (problem === undefined) accepted.push(span);
      else rejected.push(`span ${JSON.stringify(span.spanId.slice(0, 32))}: ${problem}`);
    }
    if (!(await this.#pipeline.addFromElsewhere(accepted))) throw new IntakeFullError();
    return { accepted: accepted.length, rejected };
  }
}

/**
 * Whose a span is: its sender's. An admin may hand in the spans of others, as a collector for a whole team does.
 *
 * @param claimed whom the span names; `''`: nobody.
 */
export function ownerOf(
  claimed: string,
  sender: { readonly userId: string; readonly role: UserRole },
): string {
  return sender.role === 'admin' && claimed !== '' ? claimed : sender.userId;
}
