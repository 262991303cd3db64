import type { z } from 'zod';

/** The first thing that a schema does not like. */
export interface SchemaProblem {
  /** Where it is, from the outside in; empty for the whole. */
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

/** What is said first of a value that a schema refused; a key that is not known is named by the path's end. */
export function problemOf(error: z.ZodError): SchemaProblem {
  const [issue] = error.issues;
  if (issue === undefined) return { path: [], what: 'not valid' };
  if (issue.code !== 'unrecognized_keys') return { path: issue.path, what: issue.message };
  return { path: [...issue.path, issue.keys[0] ?? ''], what: 'unknown key' };
}

/** `pricing.models.0.model`; what stands for the whole where the path is empty. */
export function keyOf({ path }: SchemaProblem, whole: string): string {
  return path.map(String).join('.') || whole;
}
