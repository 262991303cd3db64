import { Refusal } from '../errors.ts';
import { headerValue } from '../wire/headers.ts';
import { splitQuery } from '../wire/query.ts';
import type { OutgoingCall } from './provider.ts';

/** Parameters that every Google API takes, with or without `$`: https://cloud.google.com/apis/docs/system-parameters */
const PICKS_FIELDS = ['fields', '$fields', 'callback', '$callback'];
const SAYS_FORM = ['alt', '$alt'];
const READABLE_FORMS: ReadonlySet<string> = new Set(['json', 'sse']);

/** @throws Refusal for an answer that would come without its usage, or in a form that it cannot be read from. */
export function refuseUnreadableForm({ path, headers }: OutgoingCall): void {
  const parameters = new URLSearchParams(splitQuery(path).query);
  for (const name of PICKS_FIELDS) if (parameters.has(name)) throw unreadable(`the query parameter ${name}`);
  if (headerValue(headers, 'x-goog-fieldmask') !== undefined) throw unreadable('the header X-Goog-FieldMask');
  for (const name of SAYS_FORM) {
    const forms = parameters.getAll(name);
    if (!forms.every((form) => READABLE_FORMS.has(form.toLowerCase()))) {
      throw unreadable(`the query parameter ${name}, unless it is json or sse`);
    }
  }
}

function unreadable(what: string): Refusal {
  return new Refusal(
    'invalid_request_error',
    `what the answer costs could not be read from it: send the request without ${what}`,
  );
}
