import assert from 'node:assert/strict';

/** What a call fails with. @throws AssertionError when it succeeds. */
export async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  return call.then(
    () => assert.fail('the call should have failed'),
    (error: unknown) => error,
  );
}
