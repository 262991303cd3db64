import type { IncomingMessage } from 'node:http';
import { Refusal } from '../errors.ts';
import { isObject, type JsonObject } from '../wire/json-shape.ts';

/** 10 MiB, the most a call may send (contract section 3). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

const kept = new WeakMap<IncomingMessage, Buffer>();

/** Has `readBody` answer with this body, because a host had to read it to know who answers the request. */
export function keepBody(req: IncomingMessage, body: Buffer): void {
  kept.set(req, body);
}

/**
 * Reads a request's body to its end.
 *
 * @throws Refusal `request_too_large` as soon as it is known to be, before the rest is read.
 */
export function readBody(req: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const body = kept.get(req);
  if (body !== undefined) return Promise.resolve(body);
  // By events and not `for await`, which costs a call more than all its gates together.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const brokeOff = (cause?: Error): void => {
      if (req.readableEnded) return;
      reject(new Refusal('invalid_request_error', 'the request body broke off before its end', { cause }));
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) refuse();
    };
    const refuse = (): void => {
      reject(tooLarge(maxBytes));
      // What still comes is read and dropped, so that the client gets to the answer.
      req.off('data', onData).resume();
    };
    req.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    req.once('error', brokeOff);
    req.once('close', brokeOff);
    // Whoever left while the caller was identified sends no more events.
    if (req.destroyed) brokeOff();
    else if (Number(req.headers['content-length']) > maxBytes) refuse();
    else req.on('data', onData);
  });
}

/** A body that was read as JSON. */
export interface ParsedBody {
  readonly json: JsonObject;
  /** What was parsed: to decode a large body again costs as much as many a gate. */
  readonly text: string;
}

/** Gate 4: a body that is a JSON object. @throws Refusal `invalid_request_error`. */
export function parseBody(req: IncomingMessage, body: Buffer): ParsedBody {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Refusal(
      'invalid_request_error',
      `the request body is ${JSON.stringify(encoding)}-encoded and cannot be priced: send it without Content-Encoding`,
    );
  }
  const text = body.toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    // The parser's own message would repeat a part of the prompt.
    throw new Refusal('invalid_request_error', 'the request body is not valid JSON', { cause });
  }
  if (!isObject(json)) throw new Refusal('invalid_request_error', 'the request body must be a JSON object');
  return { json, text };
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('request_too_large', `the request body is larger than ${maxBytes / (1024 * 1024)} MiB`);
}
