import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Ledger } from '../budget/ledger.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { NanoUsd } from '../money/index.ts';
import {
  atTier,
  inputTokenBound,
  LOCAL_PROVIDER,
  outputTokenCap,
  worstCostOf,
  type PriceBook,
  type PricedModel,
} from '../pricing/index.ts';
import type { SpanSink } from '../spans/span-sink.ts';
import type { BatchStore } from '../storage/batch-store.ts';
import type { RateWindows } from '../storage/rate-windows.ts';
import type { BatchCall } from './batches/batch-call.ts';
import { carryBatch } from './batches/carry-batch.ts';
import { callContextOf, contextHeaders, type CallContext } from './context/call-context.ts';
import { traceparentOf } from './context/trace-context.ts';
import { IdentityRefusal, Refusal, sendRefusal } from './errors.ts';
import type { Accounts } from './gates/accounts.ts';
import { allowAccess } from './gates/access.ts';
import { parseBody, readBody } from './gates/body.ts';
import { reserveBudget } from './gates/budget.ts';
import { catalogInForce } from './gates/catalog.ts';
import { CircuitBreaker, type CircuitPass } from './gates/circuit-breaker.ts';
import type { Caller, Identify } from './gates/identity.ts';
import type { ModelCaps } from './gates/model-daily-limit.ts';
import { refuseOtherMeaning } from './gates/plain-request.ts';
import { askedTier, chargedByList } from './gates/list-price.ts';
import { missingPriceOf, pricedModel } from './gates/priced.ts';
import { limitRate } from './gates/rate-limit.ts';
import { capRequestCost } from './gates/request-cost-cap.ts';
import { allowTenant } from './gates/tenant.ts';
import { activeUser } from './gates/user-active.ts';
import { LlmAnswer } from './llm-answer.ts';
import { PassThrough } from './pass-through.ts';
import { refreshInventories } from './providers/model-inventory.ts';
import { PatientHandler } from './patient-handler.ts';
import type { OutgoingCall, Provider } from './providers/provider.ts';
import { promptText } from './prompt-text.ts';
import { Relay, type AnswerTap } from './relay.ts';
import { answeredPrice } from './renamed-model.ts';
import { targetOf } from './route.ts';
import { routedRequest, type RoutedRequest, type RoutingDeps } from './routed-request.ts';
import { unpricedCall } from './unpriced-call.ts';
import { unreachableReason, type Upstream } from './upstream.ts';
import { headersToForward, headerValue, replaceHeader } from './wire/headers.ts';

export interface GatewayDeps extends RoutingDeps {
  /** May change at any time: a call goes by the prices that it found. */
  readonly prices: PriceBook;
  /** Which models there are beside the priced ones, and who may use them; absent: all may use all. */
  readonly catalog?: Catalog;
  readonly ledger: Ledger;
  /** Where batches are remembered; absent: nothing that has to do with them passes. */
  readonly batches?: BatchStore;
  readonly spans: SpanSink;
  readonly identify: Identify;
  /** Where callers are users who can be switched off and are limited; absent: one user, who owns the machine. */
  readonly users?: { readonly accounts: Accounts; readonly windows: RateWindows };
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the providers; absent: its own. */
  readonly circuits?: CircuitBreaker;
  /** Whether prompt and answer text are kept in the span; asked once a call. */
  readonly capturesContent: () => boolean;
  /** Assumed of a model that has no known maximum, for a request that sets none. */
  readonly outputTokenCeiling: number;
  /** What one request may cost at worst; absent: whatever the budget allows. */
  readonly maxRequestCost?: NanoUsd;
  /** What all users together may spend on a model a day; absent: no model has a cap. */
  readonly modelCapOf?: ModelCaps;
  /** Kept up to date: a client knows its span's id before the span is written, and must not write one of its own. */
  readonly spanIdsUnderWay?: Set<string>;
  /** Told the type of every refusal, or the status of one that has none. */
  readonly onRefusal?: (type: string) => void;
}

/** The gateway of one process: takes a request, writes the answer. Knows no framework. */
export type Gateway = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

export function createGateway(deps: GatewayDeps): Gateway {
  const { circuits = new CircuitBreaker(deps) } = deps;
  return async (req, res) => {
    const context = callContextOf(req, deps.clock);
    const { spanId } = context.trace;
    deps.spanIdsUnderWay?.add(spanId);
    try {
      await carry({ req, res, context, deps, circuits });
    } catch (cause) {
      refuse(res, context, cause, deps);
    } finally {
      deps.spanIdsUnderWay?.delete(spanId);
    }
  };
}

interface Call {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly context: CallContext;
  readonly deps: GatewayDeps;
  readonly circuits: CircuitBreaker;
}

/** One call from socket to settlement: the gates in the order of contract section 3, then the provider. */
async function carry(call: Call): Promise<void> {
  const { req, deps } = call;
  const caller = await deps.identify((name) => headerValue(req.rawHeaders, name));
  const user = deps.users && (await activeUser(deps.users.accounts, caller.userId));
  if (deps.users && user) await limitRate(deps.users.windows, user, deps.clock);
  const target = targetOf(req.url ?? '/', deps.providers);
  refuseOtherMeaning(req);
  const operation = target.provider?.operationOf(req.method ?? 'GET', target.path);
  if (operation?.kind === 'unpriced') {
    throw unpricedCall(req.method ?? '', target.path);
  }
  const body = await readBody(req);
  if (target.provider?.batches !== undefined && operation?.kind === 'batch') {
    const { provider } = target;
    const { batches } = target.provider;
    if (deps.batches === undefined) throw unpricedCall(req.method ?? '', target.path);
    const outgoing = outgoingOf(call, target, body);
    const about: BatchCall = {
      ...{ provider, outgoing, api: batches, context: call.context },
      caller: { ...caller, accessTags: user?.accessTags },
      json: () => parseBody(req, body).json,
      isClientGone: () => call.res.destroyed,
      admit: () => call.circuits.admit(provider.name),
      send: (errand) => send(call, { ...errand, provider, outgoing }),
    };
    await carryBatch(operation.step, about, { ...deps, batches: deps.batches });
    return;
  }
  if (target.provider !== undefined && operation?.kind === 'utility') {
    const outgoing = outgoingOf(call, target, body);
    target.provider.prepareUtility?.(outgoing);
    using pass = call.circuits.admit(target.provider.name);
    const isRepeatable = req.method === 'GET' || req.method === 'HEAD';
    const tap = new PassThrough();
    await send(call, { provider: target.provider, outgoing, tap, pass, isRepeatable });
    return;
  }
  if (target.provider === undefined) await refreshInventories(deps.providers.values());
  const catalog = await catalogInForce(deps.catalog);
  const prices = deps.prices.snapshot();
  const routed = routedRequest(req, { target, body }, { catalog, prices }, deps);
  allowTenant(routed.entry, call.context.attribution.tenantId);
  allowAccess(routed.entry, { role: caller.role, accessTags: user?.accessTags });
  const priced = pricedModel(routed, prices);
  const outgoing = outgoingOf(call, routed, routed.request.body);
  if (routed.provider.name !== LOCAL_PROVIDER) chargedByList(routed.request.json, outgoing.headers);
  const outputTokens = outputTokenLimit(routed, priced, deps);
  routed.provider.prepare(routed.request, outgoing, outputTokens);
  const worst = worstCost(routed, priced, { outputTokens, outgoing });
  capRequestCost(worst, deps.maxRequestCost);
  const modelCap = deps.modelCapOf?.(routed.model, priced) ?? deps.modelCapOf?.(routed.sentAs, priced);
  const reserved = await reserveBudget(deps.ledger, { userId: caller.userId, amount: worst, modelCap });
  // Whatever goes wrong from here on, the money that was set aside does not stay so.
  await using reservation = reserved.reservation;
  using pass = call.circuits.admit(routed.provider.name);
  const answer = new LlmAnswer(
    {
      ...describe(call, caller, routed),
      model: priced,
      priceOf: (model) => answeredPrice(model, routed, prices),
      rewriter: outgoing.rewriter,
      reservation,
    },
    routed.provider.meterFor(routed.request),
    deps,
  );
  const { provider } = routed;
  await send(call, { provider, outgoing, tap: answer, pass, isRepeatable: false });
}

function outgoingOf(
  call: Call,
  { pathAndQuery }: Pick<RoutedRequest, 'pathAndQuery'>,
  body: Buffer,
): OutgoingCall {
  const headers = headersToForward(call.req.rawHeaders);
  const { trace } = call.context;
  // Belongs to the trace that `traceparent` names, and goes with it: W3C Trace Context, section 4.3.
  if (trace.parentSpanId === '') replaceHeader(headers, 'tracestate');
  headers.push('traceparent', traceparentOf(trace));
  return { path: pathAndQuery, headers, body };
}

/** How many tokens of output the call is priced for, at most. */
function outputTokenLimit({ operation, request }: RoutedRequest, model: PricedModel, deps: GatewayDeps) {
  const { json, path } = request;
  return operation === 'embeddings' ? 0 : outputTokenCap(json, model, deps.outputTokenCeiling, path);
}

function worstCost(
  { provider, request }: RoutedRequest,
  model: PricedModel,
  { outputTokens, outgoing }: { readonly outputTokens: number; readonly outgoing: OutgoingCall },
) {
  return worstCostOf({
    model: atTier(model, askedTier(request.json)),
    inputTokenBound: inputTokenBound(request.body.length, request.json, model),
    outputTokenCap: outputTokens,
    cacheWrites: provider.cacheWritesOf(outgoing),
  });
}

function describe(call: Call, caller: Caller, routed: RoutedRequest) {
  const { provider, operation, model, request } = routed;
  const capturesContent = call.deps.capturesContent();
  return {
    context: call.context,
    userId: caller.userId,
    provider: provider.name,
    system: provider.system,
    operation,
    requestModel: model,
    request: request.json,
    isStream: request.isStream,
    requestBytes: request.body.length,
    capturesContent,
    inputContent: capturesContent ? promptText(request.json, routed.text) : '',
  };
}

/** What is to be sent where, and who must know how it goes. */
interface Errand {
  readonly provider: Provider;
  readonly outgoing: OutgoingCall;
  readonly tap: AnswerTap;
  readonly pass: CircuitPass;
  /** Doing it twice is the same as doing it once, and costs nothing. */
  readonly isRepeatable: boolean;
}

/** Resolves when the answer is over, however it ended. */
async function send(call: Call, { provider, outgoing, tap, pass, isRepeatable }: Errand): Promise<void> {
  try {
    await provider.authenticate(outgoing);
  } catch (cause) {
    await tap.noAnswer(cause as Error, 'broken');
    throw cause;
  }
  if (call.res.destroyed) {
    await tap.noAnswer(new Error('the client left before its call was sent'), 'broken');
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const relay = new Relay(call.res, tap, contextHeaders(call.context), {
      began: (status) => pass.answered(status),
      over: resolve,
      failed: reject,
      noAnswer(cause) {
        pass.noAnswer(cause);
        reject(
          new Refusal('upstream_error', `could not reach ${provider.name}: ${unreachableReason(cause)}`, {
            cause,
          }),
        );
      },
    });
    const { upstream, clock } = call.deps;
    const dispatch = (handler: Dispatcher.DispatchHandler): void =>
      upstream.send(provider.upstream, call.req.method ?? 'GET', outgoing, handler);
    const isAbandoned = (): boolean => relay.isClientGone;
    dispatch(new PatientHandler(relay, { send: dispatch, isRepeatable, isAbandoned, clock }));
  });
}

function refuse(
  res: ServerResponse,
  context: CallContext,
  cause: unknown,
  { logger, onRefusal }: Pick<GatewayDeps, 'logger' | 'onRefusal'>,
): void {
  const fields = { request_id: context.requestId, trace_id: context.trace.traceId };
  if (cause instanceof Refusal || cause instanceof IdentityRefusal) {
    onRefusal?.(cause instanceof Refusal ? cause.type : String(cause.status));
    const missing = missingPriceOf(cause);
    if (missing) {
      const { provider, model } = missing;
      logger.warn({ ...fields, provider, model }, 'missing pricing for cloud model');
    }
    logger.info({ ...fields, status: cause.status, reason: cause.message }, 'call refused');
    sendRefusal(res, cause, contextHeaders(context));
    return;
  }
  onRefusal?.('governance_unavailable');
  logger.error({ ...fields, err: cause }, 'call failed inside the gateway');
  sendRefusal(
    res,
    new Refusal('governance_unavailable', 'Candela could not handle the call: its log says why'),
    contextHeaders(context),
  );
}
