import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { keyOf, problemOf } from '../config/schema-problem.ts';
import { Refusal } from '../gateway/errors.ts';
import { readBody } from '../gateway/gates/body.ts';
import { ApiError } from './api-error.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Refuses what a form of a web page can send. A browser sends no JSON to another site without asking first, and is
 * never told that it may.
 *
 * @throws ApiError 415
 */
export function requireJson(req: IncomingMessage): void {
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    throw new ApiError(415, 'send JSON: the header Content-Type must be application/json');
  }
  if (!['identity', undefined].includes(req.headers['content-encoding'])) {
    throw new ApiError(415, 'send the body as it is, without Content-Encoding');
  }
}

/** Reads a body of at most 1 MiB as JSON. @throws ApiError 400 or 413 */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  let text: string;
  try {
    text = (await readBody(req, MAX_BODY_BYTES)).toString('utf8');
  } catch (cause) {
    if (cause instanceof Refusal) throw new ApiError(cause.status, cause.message, { cause });
    throw cause;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError(400, 'invalid JSON', { cause });
  }
}

/** The value as the schema reads it. @throws ApiError 400 that names the key which is wrong */
export function checked<Schema extends z.ZodType>(value: unknown, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problem = problemOf(parsed.error);
  throw new ApiError(400, `${keyOf(problem, 'the body')}: ${problem.what}`, { cause: parsed.error });
}
