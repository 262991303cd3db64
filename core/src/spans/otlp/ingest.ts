import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityRefusal, Refusal, sendRefusal } from '../../gateway/errors.ts';
import { readBody } from '../../gateway/gates/body.ts';
import type { Caller, Identify } from '../../gateway/gates/identity.ts';
import type { Logger } from '../../logger.ts';
import { IntakeFullError, ownerOf, type IntakeOutcome, type SpanIntake } from '../span-intake.ts';
import type { SpanRecord } from '../span-record.ts';
import { OtlpDataError } from './otlp-span.ts';
import { JSON_TYPE, writeResponse, writeStatus, type OtlpType } from './partial-success.ts';
import { otlpTypeOf, readTraces } from './read-request.ts';
import { recordsFromOtlp } from './to-record.ts';

export interface OtlpIngestOptions {
  readonly identify: Identify;
  readonly intake: SpanIntake;
  readonly logger: Logger;
}

/** Seconds until a sender whose spans found no room comes back; batches are written every two. */
const RETRY_AFTER_SECONDS = 5;

/** Reasons told in one answer; the count says how many there are. */
const MAX_REASONS = 10;

/**
 * Answers `POST /v1/traces`: OTLP over HTTP, in protobuf or JSON, each span accepted or rejected on its own.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp
 *
 * @returns a handler that never rejects.
 */
export function createOtlpIngest(
  options: OtlpIngestOptions,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  // One at a time: unpacked, a body is a hundred times what was sent.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  return async (req, res) => {
    const type = otlpTypeOf(req) ?? JSON_TYPE;
    try {
      const caller = await options.identify((name) => singleHeader(req, name));
      requireKnownEncodings(req);
      const body = await readBody(req);
      const outcome = await inTurn(() => take(body, type, req.headers['content-encoding'], caller, options));
      send(res, 200, type, writeResponse(type, partialOf(outcome)));
    } catch (cause) {
      refuse(res, type, cause, options.logger);
    }
  };
}

async function take(
  body: Buffer,
  type: OtlpType,
  contentEncoding: string | undefined,
  caller: Caller,
  { intake }: OtlpIngestOptions,
): Promise<IntakeOutcome> {
  const groups = await readTraces(body, type, contentEncoding);
  const records: SpanRecord[] = [];
  for (const group of groups) records.push(...recordsFromOtlp(group, (claimed) => ownerOf(claimed, caller)));
  return intake.take(records);
}

function partialOf({ rejected }: IntakeOutcome) {
  if (rejected.length === 0) return undefined;
  const more = rejected.length - MAX_REASONS;
  const message = rejected.slice(0, MAX_REASONS).join('; ') + (more > 0 ? `; and ${more} more` : '');
  return { rejectedSpans: rejected.length, message };
}

class UnsupportedTypeError extends Error {}

function requireKnownEncodings(req: IncomingMessage): void {
  if (otlpTypeOf(req) === undefined) {
    throw new UnsupportedTypeError('Content-Type must be application/x-protobuf or application/json');
  }
  if (!['gzip', 'identity', undefined].includes(req.headers['content-encoding'])) {
    throw new UnsupportedTypeError('Content-Encoding must be gzip, or absent');
  }
}

function refuse(res: ServerResponse, type: OtlpType, cause: unknown, logger: Logger): void {
  if (cause instanceof IdentityRefusal) {
    sendRefusal(res, cause);
    return;
  }
  if (cause instanceof OtlpDataError || cause instanceof Refusal) {
    send(res, cause.status, type, writeStatus(type, cause.message));
    return;
  }
  if (cause instanceof UnsupportedTypeError) {
    send(res, 415, type, writeStatus(type, cause.message));
    return;
  }
  if (!(cause instanceof IntakeFullError)) logger.error({ err: cause }, 'could not take spans by OTLP');
  const message = cause instanceof IntakeFullError ? cause.message : 'spans cannot be taken now';
  send(res, 503, type, writeStatus(type, message), { 'retry-after': String(RETRY_AFTER_SECONDS) });
}

function send(
  res: ServerResponse,
  status: number,
  type: OtlpType,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  // The sender may have left meanwhile.
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, { ...headers, 'content-type': type, 'content-length': body.length });
  res.end(body);
}

function singleHeader(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
