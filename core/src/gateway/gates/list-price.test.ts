import assert from 'node:assert/strict';
import { Refusal } from '../errors.ts';
import type { JsonObject } from '../wire/json-shape.ts';
import { askedTier, chargedByList } from './list-price.ts';

const refusalOf = (json: JsonObject, headers: readonly string[] = []): string => {
  try {
    chargedByList(json, headers);
  } catch (cause) {
    assert.ok(cause instanceof Refusal);
    assert.deepEqual([cause.status, cause.type], [400, 'invalid_request_error']);
    return cause.message;
  }
  return '';
};

describe('list price', () => {
  /** `service_tier: "priority"` and `speed: "fast"` cost up to six times what was charged for them. */
  it('lets nothing pass that makes a call dearer by an unknown amount, and names the field', () => {
    for (const tier of ['priority', 'fast', 'ultrafast', 'PRIORITY', 'of tomorrow'])
      assert.match(refusalOf({ service_tier: tier }), /^this service_tier makes the call dearer/);
    assert.match(refusalOf({ serviceTier: 'SERVICE_TIER_PRIORITY' }), /^this serviceTier /);
    assert.match(refusalOf({ speed: 'fast' }), /^this speed /);
    assert.match(refusalOf({ fallbacks: [{ model: 'a' }, { model: 'b', speed: 'fast' }] }), /^this speed /);
    // Google takes the number of a tier for its name.
    for (const tier of [3, ['priority'], {}])
      assert.match(refusalOf({ serviceTier: tier }), /^this serviceTier /);
    assert.match(refusalOf({ inference_geo: 'of tomorrow' }), /^this inference_geo /);
    const header = 'X-Vertex-AI-LLM-Shared-Request-Type';
    for (const headers of [
      [header, 'priority'],
      [header, 'flex', header, 'priority'],
    ])
      assert.match(refusalOf({}, headers), /^this x-vertex-ai-llm-shared-request-type /);
  });

  it('lets pass what has its list price or less, and what the provider refuses', () => {
    for (const tier of ['auto', 'default', 'flex', 'scale', 'standard_only', 'STANDARD', null, undefined])
      assert.equal(refusalOf({ service_tier: tier, serviceTier: tier }), '');
    for (const place of ['us', 'global', null]) assert.equal(refusalOf({ inference_geo: place }), '');
    assert.equal(refusalOf({ speed: 'standard', fallbacks: [{ speed: null }, 'no object'] }), '');
    assert.equal(refusalOf({ speed: 1.5 }, ['X-Vertex-AI-LLM-Shared-Request-Type', 'flex']), '');
  });

  it('counts on the dearer of the tiers that have a known price, never on the cheaper', () => {
    const asked = [{ inference_geo: 'us' }, { inference_geo: 'global' }, { service_tier: 'flex' }, {}];
    assert.deepEqual(asked.map(askedTier), ['us', undefined, undefined, undefined]);
  });
});
