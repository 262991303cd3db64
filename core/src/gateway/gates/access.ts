import type { CatalogEntry } from '../../storage/catalog-store.ts';
import { Refusal } from '../errors.ts';
import type { Caller } from './identity.ts';
import { shown } from './model.ts';

/** Who wants to use a model, as far as access tags go. */
export interface TaggedCaller {
  readonly role: Caller['role'];
  readonly accessTags?: readonly string[] | undefined;
}

/**
 * Gate 7: the caller has one of the tags that the model asks for, or is an admin.
 *
 * @throws Refusal `access_denied`.
 */
export function allowAccess(entry: CatalogEntry | undefined, caller: TaggedCaller): void {
  if (!entry || hasAccess(entry, caller)) return;
  const { accessTags = [] } = caller;
  const has = accessTags.length === 0 ? 'none' : accessTags.join(', ');
  throw new Refusal(
    'access_denied',
    `model ${shown(entry.modelId)} needs one of the access tags ${entry.requiredAccess.join(', ')}, and you have` +
      ` ${has}: use another model, or ask your admin for a tag`,
  );
}

export function hasAccess(
  { requiredAccess }: CatalogEntry,
  { role, accessTags = [] }: TaggedCaller,
): boolean {
  return (
    requiredAccess.length === 0 || role === 'admin' || requiredAccess.some((tag) => accessTags.includes(tag))
  );
}
