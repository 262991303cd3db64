import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { SpanAttribute } from '../span-record.ts';
import type { OtlpResourceSpans, OtlpSpan } from './otlp-span.ts';
import {
  ANY_VALUE,
  KEY_VALUE,
  REQUEST,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_SPANS,
  SPAN,
  STATUS,
} from './protobuf-fields.ts';

/** An ExportTraceServiceRequest. @param version of the program that writes it. */
export function writeProtobufTraces(
  groups: readonly OtlpResourceSpans[],
  version: string,
): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const { resource, spans } of groups) {
    message(writer, REQUEST.resourceSpans, () => {
      message(writer, RESOURCE_SPANS.resource, () => writeAttributes(writer, RESOURCE.attributes, resource));
      message(writer, RESOURCE_SPANS.scopeSpans, () => {
        message(writer, SCOPE_SPANS.scope, () => {
          text(writer, SCOPE.name, 'candela');
          text(writer, SCOPE.version, version);
        });
        for (const span of spans) message(writer, SCOPE_SPANS.spans, () => writeSpan(writer, span));
      });
    });
  }
  return writer.finish();
}

function writeSpan(writer: BinaryWriter, span: OtlpSpan): void {
  writer.tag(SPAN.traceId, WireType.LengthDelimited).bytes(Buffer.from(span.traceId, 'hex'));
  writer.tag(SPAN.spanId, WireType.LengthDelimited).bytes(Buffer.from(span.spanId, 'hex'));
  if (span.parentSpanId !== '') {
    writer.tag(SPAN.parentSpanId, WireType.LengthDelimited).bytes(Buffer.from(span.parentSpanId, 'hex'));
  }
  text(writer, SPAN.name, span.name);
  writer.tag(SPAN.kind, WireType.Varint).int32(span.kind);
  writer.tag(SPAN.startTimeUnixNano, WireType.Bit64).fixed64(span.startTimeUnixNs);
  writer.tag(SPAN.endTimeUnixNano, WireType.Bit64).fixed64(span.endTimeUnixNs);
  writeAttributes(writer, SPAN.attributes, span.attributes);
  message(writer, SPAN.status, () => {
    text(writer, STATUS.message, span.statusMessage);
    writer.tag(STATUS.code, WireType.Varint).int32(span.statusCode);
  });
}

function writeAttributes(writer: BinaryWriter, field: number, attributes: readonly SpanAttribute[]): void {
  for (const { key, value } of attributes) {
    message(writer, field, () => {
      text(writer, KEY_VALUE.key, key);
      message(writer, KEY_VALUE.value, () => writeValue(writer, value));
    });
  }
}

function writeValue(writer: BinaryWriter, value: SpanAttribute['value']): void {
  switch (typeof value) {
    case 'string':
      // An empty text is written too: which field is there says what kind of value it is.
      writer.tag(ANY_VALUE.stringValue, WireType.LengthDelimited).string(value);
      return;
    case 'boolean':
      writer.tag(ANY_VALUE.boolValue, WireType.Varint).bool(value);
      return;
    case 'bigint':
      writer.tag(ANY_VALUE.intValue, WireType.Varint).int64(value);
      return;
    case 'number':
      writer.tag(ANY_VALUE.doubleValue, WireType.Bit64).double(value);
  }
}

function text(writer: BinaryWriter, field: number, value: string): void {
  if (value !== '') writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}
