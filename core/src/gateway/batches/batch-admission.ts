import type { ModelCap } from '../../budget/ledger.ts';
import { asNanoUsd, ZERO_NANO_USD, type NanoUsd } from '../../money/index.ts';
import {
  atBatchPrice,
  atTier,
  inputTokenBound,
  outputTokenCap,
  worstCostOf,
  type PricedModel,
} from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';
import { allowAccess, type TaggedCaller } from '../gates/access.ts';
import { askedTier, chargedByList } from '../gates/list-price.ts';
import { knownModel, requestedModel, shown } from '../gates/model.ts';
import type { ModelCaps } from '../gates/model-daily-limit.ts';
import { pricedModel } from '../gates/priced.ts';
import { capRequestCost } from '../gates/request-cost-cap.ts';
import { allowTenant } from '../gates/tenant.ts';
import type { Provider } from '../providers/provider.ts';
import type { OperationName } from '../../spans/span-record.ts';
import { routeAt, type KnownModels } from '../route.ts';
import type { BatchRequest } from './batch-api.ts';

export interface BatchAdmissionOptions {
  readonly provider: Provider;
  readonly known: KnownModels;
  readonly caller: TaggedCaller;
  /** `''`: for none. */
  readonly tenantId: string;
  readonly maxRequestCost?: NanoUsd | undefined;
  readonly modelCapOf?: ModelCaps | undefined;
  /** Assumed of a model that has no known maximum, for a request that sets none. */
  readonly outputTokenCeiling: number;
}

/** Of one batch, to be remembered; real ones ask one. */
const MOST_MODELS = 32;

/** A model that the caller may use. */
interface AdmittedModel {
  /** At the price of a batch. */
  readonly priced: PricedModel;
  readonly cap: ModelCap | undefined;
}

/** The gates from the model to the cost of a request, for a batch one request after another. */
export class BatchAdmission {
  readonly #options: BatchAdmissionOptions;
  readonly #models = new Map<string, AdmittedModel>();
  #worst = 0n;
  #dearest: NanoUsd = ZERO_NANO_USD;
  #operation: OperationName = 'chat';
  #requests = 0;

  constructor(options: BatchAdmissionOptions) {
    this.#options = options;
  }

  /** @throws Refusal as a call would be refused, saying which request it is. */
  add(read: () => BatchRequest): void {
    this.#requests++;
    try {
      this.#add(read());
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      throw new Refusal(cause.type, `request ${this.#requests} of the batch: ${cause.message}`, { cause });
    }
  }

  /** What all requests cost at worst, and what else is to be remembered of them. @throws Refusal if there are none. */
  total() {
    if (this.#requests === 0) throw new Refusal('invalid_request_error', 'the batch has no requests');
    return {
      worst: asNanoUsd(this.#worst),
      dearestRequest: this.#dearest,
      requests: this.#requests,
      operation: this.#operation,
      models: [...this.#models.keys()].slice(0, MOST_MODELS),
      modelCap: this.#modelCap(),
    };
  }

  #add({ operation, path, body }: BatchRequest): void {
    const { provider, outputTokenCeiling, maxRequestCost } = this.#options;
    const asked = requestedModel(body);
    const { priced: listed } = this.#models.get(asked) ?? this.#admit(asked);
    chargedByList(body, []);
    const priced = atTier(listed, askedTier(body));
    const bytes = Buffer.from(JSON.stringify(body));
    const worst = worstCostOf({
      model: priced,
      inputTokenBound: inputTokenBound(bytes.length, body, priced),
      outputTokenCap:
        operation === 'embeddings'
          ? 0
          : outputTokenCap(body, this.#limited(priced), outputTokenCeiling, path),
      cacheWrites: provider.cacheWritesOf({ path, headers: [], body: bytes }),
    });
    capRequestCost(worst, maxRequestCost);
    this.#operation = operation;
    this.#worst += worst;
    if (worst > this.#dearest) this.#dearest = worst;
  }

  #limited(priced: PricedModel): PricedModel {
    const { provider } = this.#options;
    if (provider.batches?.passesModelMaximum !== true) return priced;
    const { maxOutputTokens: _, ...unlimited } = priced;
    return unlimited;
  }

  #admit(asked: string): AdmittedModel {
    const { provider, known, caller, tenantId, modelCapOf } = this.#options;
    const route = routeAt(provider, asked, known);
    knownModel(asked, route, known.prices);
    allowTenant(route.entry, tenantId);
    allowAccess(route.entry, caller);
    if (route.sentAs !== asked) {
      throw new Refusal(
        'invalid_request_error',
        `${provider.name} calls model ${shown(asked)} ${shown(route.sentAs)}, and the requests of a batch are passed on` +
          ' as they are: name it so',
      );
    }
    const priced = pricedModel(route, known.prices);
    const cap = modelCapOf?.(route.model, priced) ?? modelCapOf?.(route.sentAs, priced);
    const admitted = { priced: atBatchPrice(priced), cap };
    this.#models.set(asked, admitted);
    return admitted;
  }

  /** One hold counts for one model's cap, and for all that is held. */
  #modelCap(): ModelCap | undefined {
    const caps = new Map([...this.#models.values()].map(({ cap }) => [cap?.model, cap]));
    if (caps.size === 1) return caps.values().next().value;
    const capped = [...caps.keys()].find((model) => model !== undefined);
    throw new Refusal(
      'invalid_request_error',
      `model ${shown(capped ?? '')} has a daily limit of its own, so a batch that asks it must ask no other model:` +
        ' make a batch of each',
    );
  }
}
