import assert from 'node:assert/strict';
import { CatalogIndex } from '../../catalog/catalog-index.ts';
import { asNanoUsd } from '../../money/index.ts';
import { createPriceBook, inputTokenBound, outputTokenCap, worstCostOf } from '../../pricing/index.ts';
import { blankEntry, type CatalogEntry } from '../../storage/catalog-store.ts';
import { modelCapsFrom } from '../gates/model-daily-limit.ts';
import { createAnthropicDirect } from '../providers/anthropic-direct.ts';
import { createOpenAi } from '../providers/openai.ts';
import { BatchAdmission, type BatchAdmissionOptions } from './batch-admission.ts';
import type { BatchRequest } from './batch-api.ts';

const prices = createPriceBook({});
const CEILING = 16_384;

function admissionWith(
  special: Partial<BatchAdmissionOptions> = {},
  entries: readonly Partial<CatalogEntry>[] = [],
): BatchAdmission {
  const catalog = new CatalogIndex({
    version: '1',
    entries: entries.map((entry) => ({
      ...blankEntry({ provider: 'openai', modelId: 'gpt-4o' }, true),
      ...entry,
    })),
  });
  return new BatchAdmission({
    ...{ provider: createOpenAi({}), known: { catalog, prices }, tenantId: '' },
    ...{ caller: { role: 'developer' }, outputTokenCeiling: CEILING },
    ...special,
  });
}
const chat = (model: string, special: object = {}): BatchRequest => ({
  ...{ operation: 'chat', path: '/v1/chat/completions' },
  body: { model, max_tokens: 50, messages: [{ role: 'user', content: 'hello' }], ...special },
});
const worstAlone = ({ body, path }: BatchRequest): bigint => {
  const model = prices.find('openai', String(body['model']));
  assert.ok(model);
  const bytes = Buffer.byteLength(JSON.stringify(body));
  return worstCostOf({
    model,
    inputTokenBound: inputTokenBound(bytes, body, model),
    outputTokenCap: outputTokenCap(body, model, CEILING, path),
    cacheWrites: '5m',
  });
};

describe('the admission of a batch', () => {
  it('takes half the worst cost of each request alone, and remembers the dearest', () => {
    const requests = [chat('gpt-4o'), chat('gpt-4o-mini'), chat('gpt-4o-mini', { max_tokens: 4_000 })];
    const admission = admissionWith();
    for (const request of requests) admission.add(() => request);
    const { worst, dearestRequest, models, requests: count } = admission.total();
    const alone = requests.map(worstAlone);
    assert.equal(
      worst * 2n,
      alone.reduce((sum, one) => sum + one, 0n),
    );
    assert.equal(
      dearestRequest * 2n,
      alone.reduce((most, one) => (one > most ? one : most)),
    );
    assert.deepEqual([models, count], [['gpt-4o', 'gpt-4o-mini'], 3]);
  });

  it('asks of each request what a call is asked, and says which one it refuses', () => {
    const refuses = (
      request: BatchRequest,
      expected: { readonly type: string; readonly message: RegExp },
      admission = admissionWith(),
    ): void => {
      admission.add(() => chat('gpt-4o-mini'));
      assert.throws(() => admission.add(() => request), expected);
    };
    refuses(chat('nope'), {
      type: 'invalid_request_error',
      message: /request 2 of the batch: unknown model: nope/,
    });
    refuses(
      chat('gpt-4o'),
      { type: 'tenant_access_denied', message: /request 2/ },
      admissionWith({}, [{ allowedTenants: ['acme'] }]),
    );
    refuses(
      chat('gpt-4o'),
      { type: 'access_denied', message: /request 2/ },
      admissionWith({}, [{ requiredAccess: ['gold'] }]),
    );
    refuses(
      chat('gpt-4o'),
      { type: 'invalid_request_error', message: /unknown/ },
      admissionWith({}, [{ enabled: false }]),
    );
    refuses(
      chat('house'),
      { type: 'invalid_request_error', message: /calls model house gpt-4o, .* name it so/ },
      admissionWith({}, [{ aliases: ['house'] }]),
    );
    refuses(
      chat('gpt-4o', { max_tokens: 16_000 }),
      { type: 'request_cost_exceeded', message: /request 2/ },
      admissionWith({ maxRequestCost: asNanoUsd(10_000_000n) }),
    );
    assert.throws(() => admissionWith().total(), { type: 'invalid_request_error', message: /no requests/ });
  });

  it('holds of a model’s daily limit what it may cost, if it asks no other model', () => {
    const modelCapOf = modelCapsFrom(new Map([['gpt-4o', asNanoUsd(5n)]]));
    const capped = admissionWith({ modelCapOf });
    capped.add(() => chat('gpt-4o'));
    capped.add(() => chat('gpt-4o-2024-08-06'));
    assert.deepEqual(capped.total().modelCap, { model: 'gpt-4o', dailyLimit: 5n });
    const free = admissionWith({ modelCapOf });
    free.add(() => chat('gpt-4o-mini'));
    free.add(() => chat('gpt-4.1'));
    assert.equal(free.total().modelCap, undefined);
    capped.add(() => chat('gpt-4.1'));
    assert.throws(() => capped.total(), { message: /gpt-4o has a daily limit .* make a batch of each/ });
  });

  it('takes Anthropic’s word for how much may be answered, as a beta of batches goes past a model’s maximum', () => {
    const worstOf = (max_tokens: number): bigint => {
      const admission = admissionWith({ provider: createAnthropicDirect({}) });
      admission.add(() => chat('claude-sonnet-4-20250514', { max_tokens }));
      return admission.total().worst;
    };
    // Of a maximum of 64,000, at half of $15 a million.
    assert.equal(worstOf(164_000) - worstOf(100_000), 64_000n * 7_500n);
  });
});
