import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { PARTIAL_SUCCESS, RESPONSE, RPC_STATUS } from './protobuf-fields.ts';

/** What a receiver says of spans that it took only in part. */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly message: string;
}

export const PROTOBUF_TYPE = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';
export type OtlpType = typeof PROTOBUF_TYPE | typeof JSON_TYPE;

/** An ExportTraceServiceResponse. @param partial absent: all is well. */
export function writeResponse(type: OtlpType, partial?: PartialSuccess): Uint8Array {
  if (type === JSON_TYPE) {
    const partialSuccess = partial && {
      rejectedSpans: String(partial.rejectedSpans),
      errorMessage: partial.message,
    };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  const writer = new BinaryWriter();
  if (partial) {
    writer.tag(RESPONSE.partialSuccess, WireType.LengthDelimited).fork();
    writer.tag(PARTIAL_SUCCESS.rejectedSpans, WireType.Varint).int64(partial.rejectedSpans);
    writer.tag(PARTIAL_SUCCESS.errorMessage, WireType.LengthDelimited).string(partial.message);
    writer.join();
  }
  return writer.finish();
}

/** A `google.rpc.Status`, which is how OTLP says what went wrong. */
export function writeStatus(type: OtlpType, message: string): Uint8Array {
  if (type === JSON_TYPE) return Buffer.from(JSON.stringify({ message }));
  return new BinaryWriter().tag(RPC_STATUS.message, WireType.LengthDelimited).string(message).finish();
}

/** What an ExportTraceServiceResponse says was rejected; `undefined` for nothing, and for what is no such answer. */
export function readPartialSuccess(contentType: string, body: Uint8Array): PartialSuccess | undefined {
  try {
    return contentType.startsWith(JSON_TYPE) ? fromJson(body) : fromProtobuf(body);
  } catch {
    // The status has said that the spans arrived; some receivers answer a page of HTML.
    return undefined;
  }
}

function fromJson(body: Uint8Array): PartialSuccess | undefined {
  const { partialSuccess } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    readonly partialSuccess?: { readonly rejectedSpans?: unknown; readonly errorMessage?: unknown };
  };
  return given(Number(partialSuccess?.rejectedSpans ?? 0), textOf(partialSuccess?.errorMessage));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fromProtobuf(body: Uint8Array): PartialSuccess | undefined {
  const outer = new BinaryReader(body);
  let rejectedSpans = 0;
  let message = '';
  while (outer.pos < outer.len) {
    const [field, type] = outer.tag();
    if (field !== RESPONSE.partialSuccess || type !== WireType.LengthDelimited) {
      outer.skip(type, field);
      continue;
    }
    const inner = new BinaryReader(outer.bytes());
    while (inner.pos < inner.len) {
      const [innerField, innerType] = inner.tag();
      if (innerField === PARTIAL_SUCCESS.rejectedSpans && innerType === WireType.Varint) {
        rejectedSpans = Number(inner.int64());
      } else if (innerField === PARTIAL_SUCCESS.errorMessage && innerType === WireType.LengthDelimited) {
        message = inner.string();
      } else inner.skip(innerType, innerField);
    }
  }
  return given(rejectedSpans, message);
}

function given(rejectedSpans: number, message: string): PartialSuccess | undefined {
  return rejectedSpans > 0 || message !== '' ? { rejectedSpans, message } : undefined;
}
