import assert from 'node:assert/strict';
import { Untranslatable } from '../untranslatable.ts';

/** The field for which a translation is refused. */
export function refusedField(translate: () => unknown): string {
  try {
    translate();
  } catch (error) {
    assert.ok(error instanceof Untranslatable, String(error));
    assert.equal(error.status, 400);
    assert.equal(error.type, 'invalid_request_error');
    assert.ok(error.message.startsWith(`${error.field}: `));
    return error.field;
  }
  return 'nothing was refused';
}
