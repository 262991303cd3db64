import { createHash } from 'node:crypto';
import type { PaginationRequest } from '@candela/proto/types/common';
import type { Page } from '../storage/span-store.ts';
import { invalidArgument } from './errors.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/**
 * Where a list goes on. The token is opaque to its holder and bound to the question it came from, so that it
 * cannot be made up, nor carried from one list to another.
 *
 * @param question what was asked, in any form that differs between questions.
 */
export function pageOf(request: PaginationRequest | undefined, question: string): Page {
  const limit = Math.min(request?.pageSize || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const token = request?.pageToken ?? '';
  if (token === '') return { limit, offset: 0 };
  const offset = Number(/^([1-9]\d{0,14})\./.exec(Buffer.from(token, 'base64url').toString())?.[1]);
  if (!Number.isSafeInteger(offset) || tokenFor(offset, question) !== token) {
    throw invalidArgument('page_token: is not one that this list gave out');
  }
  return { limit, offset };
}

/** The token of the page after this one; `''` after the last. */
export function nextPageToken(page: Page, totalCount: number, question: string): string {
  const next = page.offset + page.limit;
  return next < totalCount ? tokenFor(next, question) : '';
}

function tokenFor(offset: number, question: string): string {
  const seal = createHash('sha256').update(`${offset}\n${question}`).digest('base64url').slice(0, 16);
  return Buffer.from(`${offset}.${seal}`).toString('base64url');
}
