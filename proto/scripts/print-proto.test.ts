import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DescExtension,
  type DescField,
  type DescFile,
  fromBinary,
  createFileRegistry,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { file_buf_validate_validate } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { messagesOf } from '../test/generated-files.ts';
import { runBuf } from './buf.ts';
import { printProto } from './print-proto.ts';

describe('printProto', () => {
  it('writes text from which buf compiles the same messages, enums and extensions', () => {
    const printed = compile(printProto(file_buf_validate_validate));
    assert.ok(printed.messages.length > 20);
    assert.deepEqual(declarationsOf(printed), declarationsOf(file_buf_validate_validate));
  });
});

function compile(text: string): DescFile {
  const dir = mkdtempSync(join(tmpdir(), 'candela-print-proto-'));
  try {
    writeFileSync(join(dir, 'printed.proto'), text);
    const set = runBuf(['build', dir, '--as-file-descriptor-set', '--output', '-']);
    const file = createFileRegistry(fromBinary(FileDescriptorSetSchema, set)).getFile('printed.proto');
    assert.ok(file);
    return file;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function declarationsOf(file: DescFile): string[] {
  const messages = messagesOf(file);
  const enums = [...file.enums, ...messages.flatMap((message) => message.nestedEnums)];
  return [
    ...enums.flatMap((desc) => desc.values.map((value) => `${value.toString()} = ${value.number}`)),
    ...messages.flatMap((message) => [message.toString(), ...message.fields.map(fieldLine)]),
    ...file.extensions.map((extension) => `${extension.extendee.toString()} ${fieldLine(extension)}`),
  ];
}

function fieldLine(field: DescField | DescExtension): string {
  const { label, type, typeName } = field.proto;
  const oneof = field.oneof?.name ?? 'none';
  return `${field.toString()} = ${field.number} label ${label} type ${type} ${typeName} oneof ${oneof}`;
}
