import assert from 'node:assert/strict';
import type { TestContext } from './test-context.ts';

interface ChatCall {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** `X-Candela-Labels`. */
  readonly labels?: string;
}

/** Talks to the daemon as other programs do: plain HTTP with JSON. */
export class DaemonClient {
  readonly #context: TestContext;

  constructor(context: TestContext) {
    this.#context = context;
  }

  /** One chat call, as an SDK sends it; gives the trace id. The fake provider answers with `usage`. */
  async chat({ labels, ...usage }: ChatCall): Promise<string> {
    await this.script([{ usage }]);
    const response = await fetch(`${this.#context.daemonUrl}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${FAKE_OPENAI_KEY}`,
        ...(labels !== undefined && { 'x-candela-labels': labels }),
      },
      body: JSON.stringify({
        model: 'gpt-4o',
        max_tokens: 1_000,
        messages: [{ role: 'user', content: 'Good morning' }],
      }),
    });
    assert.equal(response.status, 200, await response.text());
    return response.headers.get('x-candela-trace-id') ?? assert.fail('the answer names no trace');
  }

  /** The rules by which the fake provider shapes its answers from now on. */
  async script(rules: readonly object[]): Promise<void> {
    const response = await fetch(`${this.#context.providerUrl}/_control/script`, {
      method: 'PUT',
      body: JSON.stringify(rules),
    });
    assert.equal(response.status, 200, await response.text());
  }

  /** What the fake provider was asked last, and how that ended. */
  async lastProviderRequest(): Promise<{ readonly body: unknown; readonly end: string }> {
    const response = await fetch(`${this.#context.providerUrl}/_control/requests`);
    const requests = (await response.json()) as { readonly body: string; readonly end: string }[];
    const { body, end } = requests.at(-1) ?? assert.fail('the provider was never asked');
    return { body: JSON.parse(body), end };
  }

  /** The day's spend as the ledger has it, in US dollars. */
  async spentUsd(): Promise<number> {
    const { budget } = (await this.#rpc('UserService/GetMyBudget', {})) as { budget?: { spentUsd?: number } };
    return budget?.spentUsd ?? 0;
  }

  /** Sets the budget of whoever the daemon takes us for. */
  async setBudget(limitUsd: number): Promise<void> {
    const { user } = (await this.#rpc('UserService/GetCurrentUser', {})) as { user: { id: string } };
    await this.#rpc('UserService/SetBudget', {
      userId: user.id,
      limitUsd,
      periodType: 'BUDGET_PERIOD_DAILY',
    });
  }

  async annotations(traceId: string): Promise<readonly ListedAnnotation[]> {
    const answer = await this.#rpc('AnnotationService/ListAnnotations', { traceId });
    return (answer as { annotations?: readonly ListedAnnotation[] }).annotations ?? [];
  }

  async setOutcome(traceId: string, success: boolean): Promise<void> {
    await this.#rpc('AnnotationService/SetOutcome', { traceId, success, score: success ? 1 : 0 });
  }

  async newestTrace(): Promise<ListedTrace> {
    const request = { orderBy: 'start_time', descending: true, pagination: { pageSize: 1 } };
    const { traces } = (await this.#rpc('TraceService/ListTraces', request)) as {
      traces?: { traceId: string }[];
    };
    const traceId = traces?.[0]?.traceId ?? assert.fail('there is no trace');
    return ((await this.#rpc('TraceService/GetTrace', { traceId })) as { trace: ListedTrace }).trace;
  }

  async stopDaemon(): Promise<void> {
    await this.#control('stop');
  }

  async startDaemon(): Promise<void> {
    await this.#control('start');
  }

  async #rpc(method: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.#context.daemonUrl}/candela.v1.${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.equal(response.status, 200, `${method}: ${text}`);
    return JSON.parse(text);
  }

  async #control(order: 'start' | 'stop'): Promise<void> {
    const response = await fetch(`${this.#context.daemonControlUrl}/${order}`, { method: 'POST' });
    assert.equal(response.status, 204, await response.text());
  }
}

/** What the fake provider takes for a valid key. */
export const FAKE_OPENAI_KEY = 'sk-fake-openai';

/** A trace in the JSON of `GetTrace`; fields at their default are absent. */
export interface ListedTrace {
  readonly sessionId?: string;
  readonly spans: readonly { readonly labels?: Readonly<Record<string, string>> }[];
}

/** One annotation in the JSON of `ListAnnotations`; fields at their default are absent. */
export interface ListedAnnotation {
  readonly type: string;
  readonly success?: boolean;
  readonly score?: number;
  readonly label?: string;
  readonly metricName?: string;
  readonly metricValue?: number;
  readonly comment?: string;
}
