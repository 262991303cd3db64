import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import {
  FAKE_ANTHROPIC_KEY,
  FAKE_OPENAI_KEY,
  type FakeProvider,
  type RecordedRequest,
} from '../fakes/provider/start.ts';
import { waitUntil, type WaitOptions } from '../harness/wait-until.ts';
import { type ApiCall, type SdkClients, rawRequest } from './api-calls.ts';
import { type TwoWays, compareCall } from './compare-call.ts';
import { type Condition, stopPoint } from './conditions.ts';
import { FOR_CANDELA } from './received.ts';
import { sdkOutcome } from './sdk-outcome.ts';

/** Base addresses as the two SDKs take them: with `/v1` for OpenAI, without for Anthropic. */
export interface BaseUrls {
  openai: string;
  anthropic: string;
}

/** What the suite runs against; asked for in each test, because it is started in a `before`. */
export interface ConformanceParts {
  fake: FakeProvider;
  viaCandela: BaseUrls;
}

const PROMPT = 'Say hello, 世界 🌍';

/** What an SDK is taken through. */
interface SdkCondition {
  name: string;
  directive: (call: ApiCall) => string;
  /**
   * How long the SDK waits for the head of an answer. One that gives up before its call has come to the provider shows
   * nothing; then it is tried with the next one.
   */
  timeoutsMs: readonly number[];
  fails: boolean;
}

const PATIENT = { timeoutsMs: [60_000], fails: false };

const SDK_CONDITIONS: readonly SdkCondition[] = [
  { name: 'plain', directive: () => '', ...PATIENT },
  { name: 'split', directive: () => '[fault split]', ...PATIENT },
  { name: 'compressed', directive: () => '[fault gzip]', ...PATIENT },
  { name: 'rate limited', directive: () => '[fault status code=429 retry_after=2]', ...PATIENT, fails: true },
  { name: 'cut', directive: (call) => `[fault cut ${stopPoint(call)}]`, ...PATIENT, fails: true },
  {
    name: 'no answer in time',
    directive: () => '[fault stall before_headers]',
    timeoutsMs: [250, 2_000, 15_000],
    fails: true,
  },
];

/** Adds the tests that say: a client cannot tell Candela from the provider. */
export function describeConformance(
  calls: readonly ApiCall[],
  conditions: readonly Condition[],
  parts: () => ConformanceParts,
): void {
  for (const call of calls) {
    describe(call.name, () => {
      afterEach(() => parts().fake.reset());

      for (const condition of conditions) {
        it(`${condition.name}: the same bytes, the same ending`, () => sameBytes(call, condition, parts()));
      }
      it('cut before the head: 502, naming no inner address', () => badGateway(call, parts()));
      it('reaches the provider as it was sent', () => sameRequest(call, parts()));
      for (const condition of SDK_CONDITIONS) {
        it(`${condition.name}: the SDK makes the same of it`, () => sameForSdk(call, condition, parts()));
      }
    });
  }
}

async function sameBytes(call: ApiCall, condition: Condition, parts: ConformanceParts): Promise<void> {
  const { directive, hangUp, acceptEncoding, ending, upstreamEnd } = condition;
  const request = { ...rawRequest(call, `${PROMPT} ${directive(call)}`), ...hangUp?.(call) };
  if (acceptEncoding !== undefined) request.headers['accept-encoding'] = acceptEncoding;
  const { direct, differences } = await compareCall(waysFor(call, parts), request, call);
  assert.deepEqual(differences, []);
  assert.equal(direct.ending, ending);
  const seen = await endedCalls(parts.fake);
  assert.deepEqual(
    seen.map(({ end }) => end),
    [upstreamEnd, upstreamEnd],
  );
}

async function badGateway(call: ApiCall, parts: ConformanceParts): Promise<void> {
  const request = rawRequest(call, `${PROMPT} [fault cut before_headers]`);
  const { direct, viaCandela } = await compareCall(waysFor(call, parts), request, call);
  const text = viaCandela.body.toString('utf8');
  const body = JSON.parse(text) as { error: { type: string } };
  assert.equal(direct.status, null);
  assert.equal(viaCandela.status, 502);
  assert.equal(body.error.type, 'upstream_error');
  assert.ok(!text.includes(new URL(parts.fake.url).port), text);
  assert.ok(!text.includes('127.0.0.1'), text);
}

async function sameRequest(call: ApiCall, parts: ConformanceParts): Promise<void> {
  const request = rawRequest(call, PROMPT);
  request.headers['X-Client-Header'] = 'kept';
  await compareCall(waysFor(call, parts), request, call);
  assertSameRequest(call, await endedCalls(parts.fake));
}

/** The direct call, then Candela's: method, path, body and headers, of which Candela's own are left out. */
function assertSameRequest(call: ApiCall, [direct, viaCandela]: readonly RecordedRequest[]): void {
  assert.ok(direct !== undefined && viaCandela !== undefined);
  assert.equal(viaCandela.method, direct.method);
  assert.equal(viaCandela.path, direct.path);
  assert.equal(comparableBody(viaCandela, call), comparableBody(direct, call));
  assert.deepEqual(comparableHeaders(viaCandela, call), comparableHeaders(direct, call));
}

async function sameForSdk(
  call: ApiCall,
  { directive, timeoutsMs, fails }: SdkCondition,
  { fake, viaCandela }: ConformanceParts,
): Promise<void> {
  const prompt = `${PROMPT} ${directive(call)}`;
  for (const timeoutMs of timeoutsMs) {
    await fake.reset();
    const directClients = clientsFor({ openai: `${fake.url}/v1`, anthropic: fake.url }, timeoutMs);
    const direct = await sdkOutcome(() => call.sdk(directClients, prompt));
    const via = await sdkOutcome(() => call.sdk(clientsFor(viaCandela, timeoutMs, FOR_CANDELA), prompt));
    assert.equal('error' in direct, fails, JSON.stringify(direct));
    assert.deepEqual(via, direct);
    const isLast = timeoutMs === timeoutsMs.at(-1);
    const calls = await endedCalls(fake, isLast ? {} : { timeoutMs: 2_000 }).catch((cause: unknown) => {
      if (isLast) throw cause;
    });
    if (calls === undefined) continue;
    assertSameRequest(call, calls);
    return;
  }
}

function clientsFor({ openai, anthropic }: BaseUrls, timeout: number, defaultHeaders = {}): SdkClients {
  const options = { maxRetries: 0, timeout, defaultHeaders };
  return {
    openai: new OpenAI({ ...options, apiKey: FAKE_OPENAI_KEY, baseURL: openai }),
    anthropic: new Anthropic({ ...options, apiKey: FAKE_ANTHROPIC_KEY, baseURL: anthropic }),
  };
}

function waysFor(call: ApiCall, { fake, viaCandela }: ConformanceParts): TwoWays {
  const direct = call.provider === 'openai' ? `${fake.url}/v1` : fake.url;
  return { direct, viaCandela: viaCandela[call.provider] };
}

/** The direct call and Candela's as the provider saw them, once both have ended there. */
function endedCalls(
  fake: FakeProvider,
  limit: Pick<WaitOptions<unknown>, 'timeoutMs'> = {},
): Promise<RecordedRequest[]> {
  return waitUntil({
    ...limit,
    what: 'both calls to end at the provider',
    probe: async () => {
      const calls = (await fake.requests()).filter(({ method }) => method === 'POST');
      return calls.length === 2 && calls.every(({ end }) => end !== 'open') ? calls : undefined;
    },
  });
}

/** What Candela sets for its own connection and trace, and removes because it was meant for itself. */
const OWN_REQUEST_HEADERS = /^(host|connection|traceparent|tracestate|x-request-id)$/;
const REWRITTEN_REQUEST_HEADERS = /^(content-length|accept-encoding)$/;

function comparableHeaders({ headers }: RecordedRequest, { rewritten }: ApiCall): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !OWN_REQUEST_HEADERS.test(name) && !(rewritten && REWRITTEN_REQUEST_HEADERS.test(name)),
  );
  return Object.fromEntries(kept);
}

function comparableBody({ body }: RecordedRequest, { rewritten }: ApiCall): string {
  if (!rewritten) return body;
  const { stream_options: _, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify(rest);
}
