import { Counter, Histogram, Registry } from 'prom-client';
import { usdFromNanoUsd } from '../money/index.ts';
import type { GenAiRecord, SpanRecord } from '../spans/span-record.ts';

/** Models told apart; the names of local ones come from whoever calls, and a time series is kept for each. */
const MAX_MODELS = 500;

/** Seconds. From an answer out of a cache to a long one with reasoning. */
const DURATION_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];

export interface MetricsOptions {
  /** Spans lost since the start, by writer. */
  readonly spansDropped: () => ReadonlyMap<string, number>;
}

/** What a process counts of itself, for Prometheus. Users are not told apart: these are operators' figures. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #models = new Set<string>();
  readonly #calls = new Counter({
    name: 'candela_llm_calls_total',
    help: 'Calls to models that reached their provider, by the class of its status.',
    labelNames: ['provider', 'model', 'status_class'],
    registers: [this.#registry],
  });
  readonly #tokens = new Counter({
    name: 'candela_llm_tokens_total',
    help: 'Tokens of those calls; input includes what was read from and written to a cache.',
    labelNames: ['provider', 'model', 'direction'],
    registers: [this.#registry],
  });
  readonly #cost = new Counter({
    name: 'candela_llm_cost_usd_total',
    help: 'What those calls cost, in US dollars after discounts.',
    labelNames: ['provider', 'model'],
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: 'candela_llm_call_duration_seconds',
    help: 'From the arrival of a call to the end of its answer.',
    labelNames: ['provider', 'model'],
    buckets: DURATION_BUCKETS,
    registers: [this.#registry],
  });
  readonly #refusals = new Counter({
    name: 'candela_refusals_total',
    help: 'Calls that Candela refused, by the type that the caller was told.',
    labelNames: ['type'],
    registers: [this.#registry],
  });

  constructor({ spansDropped }: MetricsOptions) {
    const dropped = new Counter({
      name: 'candela_spans_dropped_total',
      help: 'Spans lost to a full buffer, or refused by a writer for good.',
      labelNames: ['writer'],
      registers: [this.#registry],
      collect() {
        dropped.reset();
        for (const [writer, count] of spansDropped()) dropped.inc({ writer }, count);
      },
    });
  }

  /** Counts a call of the gateway by what it left behind. */
  countCall(span: SpanRecord): void {
    const { genAi } = span;
    if (genAi === undefined) return;
    const { provider } = genAi;
    const model = this.#modelLabel(genAi);
    this.#calls.inc({ provider, model, status_class: statusClass(span) });
    this.#tokens.inc({ provider, model, direction: 'input' }, genAi.inputTokens);
    this.#tokens.inc({ provider, model, direction: 'output' }, genAi.outputTokens);
    this.#cost.inc({ provider, model }, usdFromNanoUsd(genAi.costNanoUsd));
    this.#duration.observe({ provider, model }, span.durationNs / 1e9);
  }

  countRefusal(type: string): void {
    this.#refusals.inc({ type });
  }

  /** In Prometheus' text format, with the content type that belongs to it. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #modelLabel({ provider, model }: GenAiRecord): string {
    const name = `${provider}/${model}`;
    if (this.#models.has(name)) return model;
    if (this.#models.size >= MAX_MODELS) return 'other';
    this.#models.add(name);
    return model;
  }
}

function statusClass({ attributes, status }: SpanRecord): string {
  const code = attributes.find(({ key }) => key === 'http.response.status_code')?.value;
  // A provider that was not reached has no status.
  if (typeof code !== 'bigint') return status === 'error' ? 'none' : '2xx';
  return `${String(code).slice(0, 1)}xx`;
}
