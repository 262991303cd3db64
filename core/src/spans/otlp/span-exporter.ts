import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { retryAfterMs } from '../../gateway/wire/retry-after.ts';
import type { Logger } from '../../logger.ts';
import type { SpanWriter } from '../../storage/span-store.ts';
import { UnstorableSpansError } from '../../storage/unstorable-spans-error.ts';
import { VERSION } from '../../version.ts';
import { RetryLaterError } from '../retry-later-error.ts';
import type { SpanRecord } from '../span-record.ts';
import { otlpFromRecords } from './from-record.ts';
import { writeJsonTraces } from './json-writer.ts';
import { JSON_TYPE, PROTOBUF_TYPE, readPartialSuccess } from './partial-success.ts';
import { writeProtobufTraces } from './protobuf-writer.ts';

/** `sinks.otlp`. */
export interface OtlpExportOptions {
  /** The collector's address; `/v1/traces` is added unless it is there. */
  readonly endpoint: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly compression: 'none' | 'gzip';
  /** For one request. */
  readonly timeoutMs: number;
  /** Usually a secret: they are never logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

export interface OtlpSpanExporter extends SpanWriter {
  /** Sends no spans, to see whether somebody takes them. @throws Error saying what is wrong. */
  probe(): Promise<void>;
}

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const PAYLOAD_TOO_LARGE = 413;

/** No answer of a collector needs more, and nobody shall fill this process's memory. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends spans to an OpenTelemetry collector, or whatever else takes OTLP over HTTP. */
export function createOtlpSpanExporter(options: OtlpExportOptions): OtlpSpanExporter {
  const { logger } = options;
  const url = tracesUrl(options.endpoint);
  const send = async (spans: readonly SpanRecord[], signal?: AbortSignal): Promise<Response> => {
    const limits = [AbortSignal.timeout(options.timeoutMs), ...(signal ? [signal] : [])];
    return fetch(url, {
      ...(await requestOf(spans, options)),
      method: 'POST',
      // The headers are secrets for this address only.
      redirect: 'manual',
      signal: AbortSignal.any(limits),
    });
  };
  const write = async (spans: readonly SpanRecord[], signal?: AbortSignal): Promise<void> => {
    const answer = await send(spans, signal);
    const body = await readAtMost(answer, MAX_ANSWER_BYTES);
    if (answer.status === PAYLOAD_TOO_LARGE && spans.length > 1) {
      const half = Math.ceil(spans.length / 2);
      await write(spans.slice(0, half), signal);
      await write(spans.slice(half), signal);
      return;
    }
    if (!answer.ok) throw failureOf(answer, spans);
    const partial = readPartialSuccess(answer.headers.get('content-type') ?? '', body);
    if (partial) {
      logger.warn(
        { writer: 'otlp', rejected: partial.rejectedSpans, reason: partial.message.slice(0, 256) },
        'the OTLP receiver did not take all spans',
      );
    }
  };
  return {
    name: 'otlp',
    write,
    async probe() {
      const answer = await send([]);
      await readAtMost(answer, MAX_ANSWER_BYTES);
      if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
    },
    close: async () => {},
  };
}

/** As the OpenTelemetry collector's own exporter reads `endpoint`. */
export function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/v1/traces') ? path : `${path}/v1/traces`;
  return url.href;
}

async function requestOf(
  spans: readonly SpanRecord[],
  { protocol, compression, headers }: OtlpExportOptions,
): Promise<{ readonly headers: Record<string, string>; readonly body: Uint8Array<ArrayBuffer> }> {
  const groups = otlpFromRecords(spans);
  const isJson = protocol === 'http/json';
  const bytes = isJson ? writeJsonTraces(groups, VERSION) : writeProtobufTraces(groups, VERSION);
  return {
    headers: {
      'user-agent': `candela/${VERSION}`,
      ...headers,
      'content-type': isJson ? JSON_TYPE : PROTOBUF_TYPE,
      ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
    },
    body: compression === 'gzip' ? await promisify(gzip)(bytes) : bytes,
  };
}

/** OTLP says which statuses may be tried again; spans refused with any other are lost. */
function failureOf(answer: Response, spans: readonly SpanRecord[]): Error {
  const message = `the OTLP receiver answers with status ${answer.status}`;
  if (!RETRYABLE.has(answer.status)) return new UnstorableSpansError(message, spans);
  const waitMs = retryAfterMs(answer.headers.get('retry-after') ?? undefined, Date.now()) ?? 0;
  return new RetryLaterError(message, waitMs);
}

async function readAtMost(answer: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the rest of the answer.
    if (bytes > maxBytes) return new Uint8Array();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
