import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { SpanAttribute } from '../span-record.ts';
import { attributeOf, type OtlpValue } from './attribute-value.ts';
import {
  MAX_ATTRIBUTES,
  MAX_VALUE_DEPTH,
  OtlpDataError,
  ReadLimits,
  type OtlpResourceSpans,
  type OtlpSpan,
} from './otlp-span.ts';
import {
  ANY_VALUE,
  KEY_VALUE,
  LIST,
  REQUEST,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE_SPANS,
  SPAN,
  STATUS,
} from './protobuf-fields.ts';

/**
 * Reads an ExportTraceServiceRequest. Not with generated code: that makes an object of every attribute before
 * anybody can count them, and two bytes of a request are enough for one.
 *
 * @throws OtlpDataError
 */
export function readProtobufTraces(body: Uint8Array): OtlpResourceSpans[] {
  const groups: OtlpResourceSpans[] = [];
  const limits = new ReadLimits();
  try {
    eachField(new BinaryReader(body), (reader, field) => {
      if (field !== key(REQUEST.resourceSpans, WireType.LengthDelimited)) return false;
      const group = readResourceSpans(message(reader), limits);
      if (group.spans.length > 0) groups.push(group);
      return true;
    });
  } catch (cause) {
    if (cause instanceof OtlpDataError) throw cause;
    throw new OtlpDataError('the body is no ExportTraceServiceRequest in protobuf', 400, { cause });
  }
  return groups;
}

function readResourceSpans(from: BinaryReader, limits: ReadLimits): OtlpResourceSpans {
  const resource: SpanAttribute[] = [];
  const spans: OtlpSpan[] = [];
  eachField(from, (reader, field) => {
    switch (field) {
      case key(RESOURCE_SPANS.resource, WireType.LengthDelimited):
        eachField(message(reader), (inner, innerField) => {
          if (innerField !== key(RESOURCE.attributes, WireType.LengthDelimited)) return false;
          return takeAttribute(inner, resource, limits);
        });
        return true;
      case key(RESOURCE_SPANS.scopeSpans, WireType.LengthDelimited):
        eachField(message(reader), (inner, innerField) => {
          if (innerField !== key(SCOPE_SPANS.spans, WireType.LengthDelimited)) return false;
          limits.countSpan();
          spans.push(readSpan(message(inner), limits));
          return true;
        });
        return true;
      default:
        return false;
    }
  });
  return { resource, spans };
}

function readSpan(from: BinaryReader, limits: ReadLimits): OtlpSpan {
  const attributes: SpanAttribute[] = [];
  const span = {
    ...{ traceId: '', spanId: '', parentSpanId: '', name: '', kind: 0 },
    ...{ startTimeUnixNs: 0n, endTimeUnixNs: 0n, statusCode: 0, statusMessage: '' },
  };
  eachField(from, (reader, field) => {
    switch (field) {
      case key(SPAN.traceId, WireType.LengthDelimited):
        span.traceId = hex(reader.bytes());
        return true;
      case key(SPAN.spanId, WireType.LengthDelimited):
        span.spanId = hex(reader.bytes());
        return true;
      case key(SPAN.parentSpanId, WireType.LengthDelimited):
        span.parentSpanId = hex(reader.bytes());
        return true;
      case key(SPAN.name, WireType.LengthDelimited):
        span.name = reader.string();
        return true;
      case key(SPAN.kind, WireType.Varint):
        span.kind = reader.int32();
        return true;
      case key(SPAN.startTimeUnixNano, WireType.Bit64):
        span.startTimeUnixNs = BigInt(reader.fixed64());
        return true;
      case key(SPAN.endTimeUnixNano, WireType.Bit64):
        span.endTimeUnixNs = BigInt(reader.fixed64());
        return true;
      case key(SPAN.attributes, WireType.LengthDelimited):
        return takeAttribute(reader, attributes, limits);
      case key(SPAN.status, WireType.LengthDelimited):
        Object.assign(span, readStatus(message(reader)));
        return true;
      default:
        return false;
    }
  });
  return { ...span, attributes };
}

function readStatus(from: BinaryReader): Pick<OtlpSpan, 'statusCode' | 'statusMessage'> {
  const status = { statusCode: 0, statusMessage: '' };
  eachField(from, (reader, field) => {
    if (field === key(STATUS.code, WireType.Varint)) status.statusCode = reader.int32();
    else if (field === key(STATUS.message, WireType.LengthDelimited)) status.statusMessage = reader.string();
    else return false;
    return true;
  });
  return status;
}

/** False, and nothing read, once there are enough. */
function takeAttribute(reader: BinaryReader, into: SpanAttribute[], limits: ReadLimits): boolean {
  if (into.length >= MAX_ATTRIBUTES) return false;
  const [name, value] = readKeyValue(message(reader), 0, limits);
  const attribute = attributeOf(name, value);
  if (attribute) into.push(attribute);
  return true;
}

function readKeyValue(from: BinaryReader, depth: number, limits: ReadLimits): [string, OtlpValue] {
  limits.countValue();
  let name = '';
  let value: OtlpValue = null;
  eachField(from, (reader, field) => {
    if (field === key(KEY_VALUE.key, WireType.LengthDelimited)) name = reader.string();
    else if (field === key(KEY_VALUE.value, WireType.LengthDelimited))
      value = readValue(message(reader), depth, limits);
    else return false;
    return true;
  });
  return [name, value];
}

function readValue(from: BinaryReader, depth: number, limits: ReadLimits): OtlpValue {
  limits.countValue();
  if (depth > MAX_VALUE_DEPTH) throw new OtlpDataError('an attribute is nested too deeply');
  let value: OtlpValue = null;
  eachField(from, (reader, field) => {
    switch (field) {
      case key(ANY_VALUE.stringValue, WireType.LengthDelimited):
        value = reader.string();
        return true;
      case key(ANY_VALUE.boolValue, WireType.Varint):
        value = reader.bool();
        return true;
      case key(ANY_VALUE.intValue, WireType.Varint):
        value = BigInt(reader.int64());
        return true;
      case key(ANY_VALUE.doubleValue, WireType.Bit64):
        value = reader.double();
        return true;
      case key(ANY_VALUE.bytesValue, WireType.LengthDelimited):
        value = Buffer.from(reader.bytes()).toString('base64');
        return true;
      case key(ANY_VALUE.arrayValue, WireType.LengthDelimited): {
        const list: OtlpValue[] = [];
        eachEntry(reader, list, (entry) => list.push(readValue(entry, depth + 1, limits)));
        value = list;
        return true;
      }
      case key(ANY_VALUE.kvlistValue, WireType.LengthDelimited): {
        const list: [string, OtlpValue][] = [];
        eachEntry(reader, list, (entry) => list.push(readKeyValue(entry, depth + 1, limits)));
        value = Object.fromEntries(list);
        return true;
      }
      default:
        return false;
    }
  });
  return value;
}

/** Goes through a list, as far as it is not longer than a span's own attributes may be. */
function eachEntry(
  reader: BinaryReader,
  list: readonly unknown[],
  take: (entry: BinaryReader) => unknown,
): void {
  eachField(message(reader), (inner, field) => {
    if (field !== key(LIST.values, WireType.LengthDelimited) || list.length >= MAX_ATTRIBUTES) return false;
    take(message(inner));
    return true;
  });
}

/** Hands over each field by its number and type in one; `false` means that it is not known, and it is skipped. */
function eachField(reader: BinaryReader, read: (reader: BinaryReader, field: number) => boolean): void {
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (!read(reader, key(number, type))) reader.skip(type, number);
  }
}

/** As on the wire: https://protobuf.dev/programming-guides/encoding/#structure */
function key(number: number, type: WireType): number {
  return number * 8 + type;
}

/** A view on the message that comes next; its bytes are not copied. */
function message(reader: BinaryReader): BinaryReader {
  return new BinaryReader(reader.bytes());
}

function hex(bytes: Uint8Array): string {
  // An id has 16 bytes at most; what is longer is no id, and its beginning says so as well.
  return Buffer.from(bytes.subarray(0, 17)).toString('hex');
}
