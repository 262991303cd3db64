import assert from 'node:assert/strict';
import { Refusal } from './errors.ts';
import { refuseUntoldCost } from './untold-cost.ts';
import type { JsonObject } from './wire/json-shape.ts';

const verdict = (json: JsonObject): string => {
  try {
    refuseUntoldCost(json);
  } catch (cause) {
    assert.ok(cause instanceof Refusal);
    return `${cause.status} ${cause.type}: ${cause.message}`;
  }
  return 'passes';
};

describe('a cost that no answer tells', () => {
  it('turns away a response in the background, however that is written', () => {
    for (const background of [true, 1, 'true', 'yes', {}])
      assert.match(
        verdict({ background }),
        /^400 invalid_request_error: background responses cannot be metered.*without "background"/,
      );
    for (const background of [false, null, undefined]) assert.equal(verdict({ background }), 'passes');
  });

  it('turns away pictures drawn on the way', () => {
    assert.match(
      verdict({ tools: [{ type: 'web_search' }, { type: 'image_generation' }] }),
      /^402 pricing_not_configured: what the tool image_generation costs/,
    );
    assert.equal(verdict({ tools: [{ type: 'function', name: 'image_generation' }] }), 'passes');
  });
});
