import assert from 'node:assert/strict';
import { Refusal } from '../errors.ts';
import {
  anthropicErrorToOpenAi,
  openAiErrorToAnthropic,
  refusalToAnthropic,
  refusalToOpenAi,
  streamedOpenAiErrorToAnthropic,
} from './errors.ts';
import { Untranslatable } from './untranslatable.ts';

const anthropic = (type: string) => ({ type: 'error', error: { type, message: 'why' }, request_id: 'req_1' });
const openAi = (code: string | number | null) => ({
  error: { message: 'why', type: 't', param: null, code },
});

describe('errors of one API in the terms of the other', () => {
  it("tells each of Anthropic's errors as OpenAI would", () => {
    const kinds = [
      [400, 'invalid_request_error', 'invalid_request_error', null],
      [401, 'authentication_error', 'invalid_request_error', 'invalid_api_key'],
      [402, 'billing_error', 'insufficient_quota', 'insufficient_quota'],
      [403, 'permission_error', 'invalid_request_error', 'permission_denied'],
      [404, 'not_found_error', 'invalid_request_error', 'not_found'],
      [413, 'request_too_large', 'invalid_request_error', 'request_too_large'],
      [429, 'rate_limit_error', 'rate_limit_error', 'rate_limit_exceeded'],
      [500, 'api_error', 'server_error', null],
      [504, 'timeout_error', 'server_error', 'timeout'],
      [529, 'overloaded_error', 'server_error', 'overloaded'],
    ] as const;
    for (const [status, theirs, type, code] of kinds) {
      const expected = { error: { message: 'why', type, param: null, code } };
      assert.deepEqual(anthropicErrorToOpenAi(status, anthropic(theirs)), expected);
      assert.deepEqual(anthropicErrorToOpenAi(status, anthropic('unheard_of')), expected, 'by its status');
      const back = openAiErrorToAnthropic(status, expected);
      assert.deepEqual(back, { ...anthropic(theirs), request_id: null });
    }
  });

  it("reads a cloud's error in front of the model, and text", () => {
    const google = { error: { code: 429, message: 'Quota exceeded', status: 'RESOURCE_EXHAUSTED' } };
    for (const body of [google, [google]]) {
      assert.deepEqual(anthropicErrorToOpenAi(429, body).error, {
        message: 'Quota exceeded',
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      });
    }
    assert.equal(anthropicErrorToOpenAi(502, 'Bad Gateway').error.message, 'Bad Gateway');
    assert.equal(anthropicErrorToOpenAi(403, { message: 'no access' }).error.message, 'no access');
    assert.equal(openAiErrorToAnthropic(500, null).error.message, 'the provider answered with status 500');
  });

  it('tells a spent quota from a rate limit', () => {
    assert.equal(openAiErrorToAnthropic(429, openAi('insufficient_quota')).error.type, 'billing_error');
    assert.equal(openAiErrorToAnthropic(429, openAi('rate_limit_exceeded')).error.type, 'rate_limit_error');
    assert.equal(openAiErrorToAnthropic(418, openAi(null)).error.type, 'invalid_request_error');
  });

  it('knows an error within a stream, which has no status, by its code or its type', () => {
    const kinds = [
      [{ code: 'rate_limit_exceeded', type: 'tokens' }, 'rate_limit_error'],
      [{ code: null, type: 'rate_limit_error' }, 'rate_limit_error'],
      [{ code: 'insufficient_quota', type: 'insufficient_quota' }, 'billing_error'],
      [{ code: 'context_length_exceeded', type: 'invalid_request_error' }, 'invalid_request_error'],
      [{ code: 'something_new', type: 'invalid_request_error' }, 'invalid_request_error'],
      [{ code: 503, type: 'x' }, 'overloaded_error'],
      [{ code: null, type: 'server_error' }, 'api_error'],
      [{ code: 'constructor', type: 7 }, 'api_error'],
    ] as const;
    for (const [fields, type] of kinds) {
      const error = { message: 'why', ...fields };
      const expected = { type: 'error', error: { type, message: 'why' }, request_id: null };
      assert.deepEqual(streamedOpenAiErrorToAnthropic({ error }), expected);
      assert.deepEqual(streamedOpenAiErrorToAnthropic(error), expected);
    }
  });

  it("tells the gateway's own refusals in both", () => {
    assert.deepEqual(refusalToOpenAi(new Untranslatable('seed', 'no')), {
      error: {
        message: 'seed: no',
        type: 'invalid_request_error',
        param: 'seed',
        code: 'invalid_request_error',
      },
    });
    const spent = new Refusal('insufficient_budget', 'budget exhausted');
    assert.equal(refusalToOpenAi(spent).error.param, null);
    assert.deepEqual(refusalToAnthropic(spent).error, { type: 'billing_error', message: 'budget exhausted' });
  });
});
