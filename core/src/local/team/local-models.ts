import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../../engine.ts';
import { listModels, type ListedModel } from '../../gateway/model-list.ts';
import type { Provider } from '../../gateway/providers/provider.ts';
import { isObject, stringAt } from '../../gateway/wire/json-shape.ts';
import { NO_CATALOG } from '../../catalog/catalog-index.ts';
import type { PriceBook } from '../../pricing/index.ts';

export interface LocalModelsOptions {
  /** The provider `local`, wherever the runtime in use is. */
  readonly provider: Provider;
  readonly prices: PriceBook;
  /** Opened at the first call that stays on this machine: who makes none has no files of it. */
  readonly openEngine: () => Promise<Engine>;
}

/** The models of this machine's runtime, beside a team's server. */
export class LocalModels {
  readonly #options: LocalModelsOptions;
  #engine: Promise<Engine> | undefined;

  constructor(options: LocalModelsOptions) {
    this.#options = options;
  }

  /** As `GET /v1/models` lists them. */
  async list(): Promise<readonly ListedModel[]> {
    const { provider, prices } = this.#options;
    await provider.inventory?.refresh();
    return listModels(new Map([[provider.name, provider]]), { catalog: NO_CATALOG, prices }, () => true).data;
  }

  /** Whether this path's call is one for the runtime. */
  async has(path: string, body: Buffer): Promise<boolean> {
    const { provider } = this.#options;
    if (provider.operationOf('POST', path).kind !== 'llm' || provider.isReachedByModel?.(path) === false) {
      return false;
    }
    await provider.inventory?.refresh();
    const ids = provider.inventory?.ids ?? provider.models ?? [];
    // Most machines have no runtime that runs, and a body may be long.
    if (ids.length === 0) return false;
    const model = modelIn(body);
    if (model === undefined) return false;
    return provider.inventory === undefined
      ? ids.includes(model)
      : provider.inventory.find(model) !== undefined;
  }

  /** Answers a call by the runtime, for nothing, with a span of this machine's. @throws StorageOpenError */
  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.#engine ??= this.#options.openEngine().catch((cause: unknown) => {
      // Another program may let go of the files later.
      this.#engine = undefined;
      throw cause;
    });
    const engine = await this.#engine;
    engine.handle(req, res);
  }

  async close(): Promise<void> {
    const opening = this.#engine;
    if (opening === undefined) return;
    const engine = await opening.catch(() => undefined);
    await engine?.close();
  }
}

function modelIn(body: Buffer): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    // Whoever answers the call says what is wrong with it.
    return undefined;
  }
  return isObject(json) ? stringAt(json, 'model') : undefined;
}
