import { Counter, Histogram, Registry } from 'prom-client';
import { usdFromNanoUsd } from '../money/index.ts';
import type { GenAiRecord, SpanRecord } from '../spans/span-record.ts';

/** Models told apart; the names of local ones come from whoever calls, and a time series is kept for each. */
const MAX_MODELS = 500;

/** What stands for every model beyond them. */
const OTHER = 'other';

/** Seconds. From an answer out of a cache to a long one with reasoning. */
const DURATION_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];

/** What was counted of one model. */
interface ModelFigures {
  readonly labels: { readonly provider: string; readonly model: string };
  readonly callsByStatusClass: Map<string, number>;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

export interface MetricsOptions {
  /** Spans lost since the start, by writer. */
  readonly spansDropped: () => ReadonlyMap<string, number>;
}

/**
 * What a process counts of itself, for Prometheus. Users are not told apart: these are operators' figures.
 *
 * Calls are counted in plain numbers and given to prom-client when somebody asks: it looks labels up anew for each
 * number, and a call has five.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #models = new Map<string, ModelFigures>();
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
    const figures = this.#figuresOf(genAi);
    const status = statusClass(span);
    figures.callsByStatusClass.set(status, (figures.callsByStatusClass.get(status) ?? 0) + 1);
    figures.inputTokens += genAi.inputTokens;
    figures.outputTokens += genAi.outputTokens;
    figures.costUsd += usdFromNanoUsd(genAi.costNanoUsd);
    this.#duration.observe(figures.labels, span.durationNs / 1e9);
  }

  countRefusal(type: string): void {
    this.#refusals.inc({ type });
  }

  /** In Prometheus' text format, with the content type that belongs to it. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    this.#passOn();
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #passOn(): void {
    for (const counter of [this.#calls, this.#tokens, this.#cost]) counter.reset();
    for (const { labels, ...counted } of this.#models.values()) {
      for (const [status_class, calls] of counted.callsByStatusClass)
        this.#calls.inc({ ...labels, status_class }, calls);
      this.#tokens.inc({ ...labels, direction: 'input' }, counted.inputTokens);
      this.#tokens.inc({ ...labels, direction: 'output' }, counted.outputTokens);
      this.#cost.inc(labels, counted.costUsd);
    }
  }

  #figuresOf({ provider, model }: GenAiRecord): ModelFigures {
    const known = this.#models.get(`${provider}/${model}`);
    if (known !== undefined) return known;
    if (this.#models.size < MAX_MODELS) return this.#newFigures(provider, model);
    return this.#models.get(`${provider}/${OTHER}`) ?? this.#newFigures(provider, OTHER);
  }

  #newFigures(provider: string, model: string): ModelFigures {
    const counted = { callsByStatusClass: new Map(), inputTokens: 0, outputTokens: 0, costUsd: 0 };
    const figures = { labels: { provider, model }, ...counted };
    this.#models.set(`${provider}/${model}`, figures);
    return figures;
  }
}

function statusClass({ attributes, status }: SpanRecord): string {
  const code = attributes.findLast(({ key }) => key === 'http.response.status_code')?.value;
  // A provider that was not reached has no status.
  if (typeof code !== 'bigint') return status === 'error' ? 'none' : '2xx';
  return code >= 200n && code < 300n ? '2xx' : `${String(code).slice(0, 1)}xx`;
}
