import type { ModelMatch } from './price-list-schema.ts';

/**
 * Whether a price of the public list is meant for this model id, by the rule the list gives for it.
 *
 * @param match its texts in lower case, as `build-price-list.ts` writes them.
 * @param id in lower case: the list pays no regard to case.
 */
export function matchesModel(match: ModelMatch, id: string): boolean {
  if ('equals' in match) return id === match.equals;
  if ('starts_with' in match) return id.startsWith(match.starts_with);
  if ('ends_with' in match) return id.endsWith(match.ends_with);
  if ('contains' in match) return id.includes(match.contains);
  if ('regex' in match) return compiled(match.regex).test(id);
  if ('or' in match) return match.or.some((part) => matchesModel(part, id));
  return match.and.every((part) => matchesModel(part, id));
}

/** As many as the price list has: its patterns are the only ones that come here. */
const compiledPatterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = compiledPatterns.get(pattern);
  if (known) return known;
  const made = new RegExp(pattern);
  compiledPatterns.set(pattern, made);
  return made;
}
