import { Refusal } from '../errors.ts';

/**
 * A request says something that the other API cannot say. It is refused with 400 and names the field, because
 * leaving the field out would give the client another answer than it asked for.
 */
export class Untranslatable extends Refusal {
  /** Where in the request: `tools[0].type`. */
  readonly field: string;

  constructor(field: string, why: string, options?: { readonly cause?: unknown }) {
    super('invalid_request_error', `${field}: ${why}`, options);
    this.name = 'Untranslatable';
    this.field = field;
  }
}

/** A provider's answer that is not in the format it promised: 502, for there is nothing the client could mend. */
export function unreadableAnswer(what: string, cause?: unknown): Refusal {
  return new Refusal('upstream_error', `the provider's answer cannot be read: ${what}`, { cause });
}
