import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { keyOf, problemOf } from './schema-problem.ts';

/** A configuration that cannot be used; the message names file, line and key and says what is wrong. */
export class ConfigError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

/**
 * Reads one YAML configuration. Whatever the schema does not know or does not like is an error: a setting that
 * is misspelt must not look as if it were in force.
 *
 * @throws ConfigError for the first thing wrong in the file.
 */
export function parseConfig<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): z.infer<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const at = lines.linePos(syntax.pos[0]);
    throw new ConfigError(`${file}:${at.line}: ${syntax.message.split('\n', 1)[0]}`, { cause: syntax });
  }
  const parsed = schema.safeParse(valueOf(document, file) ?? {});
  if (parsed.success) return parsed.data;
  const problem = problemOf(parsed.error);
  const offset = offsetOf(document, problem.path);
  const line = offset === undefined ? '' : `:${lines.linePos(offset).line}`;
  throw new ConfigError(`${file}${line}: ${keyOf(problem, 'configuration')}: ${problem.what}`);
}

/** References are resolved only here: one without a target, or a great many, are found out last. */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ConfigError(`${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Where the key at the end of a path is written; for a missing one, where its nearest parent is. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
      : undefined;
    if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
