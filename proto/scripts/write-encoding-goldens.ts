/**
 * Writes test/encodings.golden.jsonl: examples of every message, their JSON and their bytes as buf's own encoder has them,
 * which shares no code with the one under test. To be run, and its difference read, when the contract gains a message or field.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DescMessage } from '@bufbuild/protobuf';
import { generatedFiles, messagesOf } from '../test/generated-files.ts';
import { runBuf } from './buf.ts';
import { exampleMessages } from './example-message.ts';

const goldenPath = resolve(import.meta.dirname, '../test/encodings.golden.jsonl');
const tempDir = mkdtempSync(join(tmpdir(), 'candela-goldens-'));
try {
  const image = join(tempDir, 'image.binpb');
  runBuf(['build', '--output', image]);
  const messages = (await generatedFiles()).flatMap(messagesOf);
  const lines = messages.flatMap((message) => goldenLines(image, message));
  writeFileSync(goldenPath, lines.map((line) => `${line}\n`).join(''));
  process.stdout.write(`proto: ${lines.length} examples in test/encodings.golden.jsonl\n`);
} finally {
  rmSync(tempDir, { recursive: true, force: true });
}

function goldenLines(image: string, message: DescMessage): string[] {
  const convert = ['convert', image, '--type', message.typeName];
  return exampleMessages(message).map((example) => {
    const binary = runBuf(
      [...convert, '--from', '-#format=json', '--to', '-#format=binpb'],
      JSON.stringify(example),
    );
    const json = runBuf([...convert, '--from', '-#format=binpb', '--to', '-#format=json'], binary).toString();
    return JSON.stringify({
      message: message.typeName,
      json: JSON.parse(json),
      binaryHex: binary.toString('hex'),
    });
  });
}
