import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readJsonTraces } from './json-reader.ts';
import { OtlpDataError, type OtlpResourceSpans } from './otlp-span.ts';
import { JSON_TYPE, PROTOBUF_TYPE, type OtlpType } from './partial-success.ts';
import { readProtobufTraces } from './protobuf-reader.ts';

const MIB = 1024 * 1024;

/** What a body may be once it is unpacked. JSON takes some ten times its size as objects, protobuf is counted as it is read. */
const MAX_UNPACKED_BYTES = { [PROTOBUF_TYPE]: 64 * MIB, [JSON_TYPE]: 16 * MIB } as const;

/** The encoding of a request and so of its answer; `undefined` for one that OTLP does not have. */
export function otlpTypeOf(req: IncomingMessage): OtlpType | undefined {
  const [type = ''] = (req.headers['content-type'] ?? '').toLowerCase().split(';', 1);
  switch (type.trim()) {
    case PROTOBUF_TYPE:
    case 'application/protobuf':
      return PROTOBUF_TYPE;
    case JSON_TYPE:
      return JSON_TYPE;
    default:
      return undefined;
  }
}

/** @throws OtlpDataError */
export async function readTraces(
  body: Buffer,
  type: OtlpType,
  contentEncoding: string | undefined,
): Promise<OtlpResourceSpans[]> {
  const maxBytes = MAX_UNPACKED_BYTES[type];
  const bytes = contentEncoding === 'gzip' ? await unpack(body, maxBytes) : body;
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return type === JSON_TYPE ? readJsonTraces(bytes) : readProtobufTraces(bytes);
}

async function unpack(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new OtlpDataError('the body is not gzip, though Content-Encoding says so', 400, { cause });
  }
}

function tooLarge(maxBytes: number): OtlpDataError {
  return new OtlpDataError(`the body is larger than ${maxBytes / MIB} MiB: send smaller batches`, 413);
}
