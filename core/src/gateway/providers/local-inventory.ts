import { request } from 'undici';
import { systemClock, type Clock } from '../../clock.ts';
import { isObject, objectsAt, stringAt } from '../wire/json-shape.ts';
import type { ModelInventory } from './model-inventory.ts';

/** A model that was pulled a moment ago is found after this time at the latest. */
const FRESH_MS = 3_000;

/** A call waits no longer for a list that is slow to come; where nobody listens, some systems take a second to say so. */
const CALL_WAITS_MS = 250;

/** A runtime that is busy loading a model may take its time. */
const GIVE_UP_MS = 5_000;

const MAX_LIST_BYTES = 4 * 1024 * 1024;

/** Ollama's name for a model without its tag: https://github.com/ollama/ollama/blob/main/docs/api.md#model-names */
const DEFAULT_TAG = ':latest';

/** What `GET /v1/models` of the local runtime lists. A runtime that does not run has no models. */
export class LocalInventory implements ModelInventory {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  #ids: readonly string[] = [];
  #askedAtMs = -Infinity;
  #asking: Promise<void> | undefined;

  /** @param upstream base address; `/v1/models` is put behind it. */
  constructor(upstream: URL, apiKey?: string, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#url = `${upstream.href.replace(/\/$/, '')}/v1/models`;
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  find(model: string): string | undefined {
    return [model, model + DEFAULT_TAG].find((id) => this.#ids.includes(id));
  }

  refresh(): Promise<void> | undefined {
    if (this.#clock.monotonicMs() - this.#askedAtMs < FRESH_MS) return undefined;
    this.#asking ??= this.#ask().finally(() => {
      this.#askedAtMs = this.#clock.monotonicMs();
      this.#asking = undefined;
    });
    return atMost(CALL_WAITS_MS, this.#asking);
  }

  async #ask(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(GIVE_UP_MS);
      const { statusCode, body } = await request(this.#url, { headers: this.#headers, signal });
      const text = await textUpTo(MAX_LIST_BYTES, body);
      this.#ids = statusCode === 200 && text !== undefined ? idsIn(text) : [];
    } catch (cause) {
      // Whoever is only busy still has its models, and a paid one of the same name must not step in.
      if ((cause as Error).name !== 'TimeoutError') this.#ids = [];
    }
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, late]);
  clearTimeout(timer);
}

async function textUpTo(maxBytes: number, body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function idsIn(text: string): readonly string[] {
  const list: unknown = JSON.parse(text);
  if (!isObject(list)) return [];
  return objectsAt(list, 'data').flatMap((model) => stringAt(model, 'id') ?? []);
}
