import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type JsonObject,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { generatedFiles, messagesOf } from './generated-files.ts';

/** One example, encoded by buf rather than by the code under test; see scripts/write-encoding-goldens.ts. */
interface Golden {
  readonly message: string;
  readonly json: JsonObject;
  readonly binaryHex: string;
}

const goldens: Golden[] = readFileSync(join(import.meta.dirname, 'encodings.golden.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const files = await generatedFiles();
const messages = files.flatMap(messagesOf);
const registry = createRegistry(...files);

function schemaOf(golden: Golden): DescMessage {
  const schema = registry.getMessage(golden.message);
  assert.ok(schema, `the golden file has an example of ${golden.message}, which the contract no longer has`);
  return schema;
}

describe('encodings', () => {
  for (const golden of goldens) {
    it(`${golden.message} ${golden.binaryHex.slice(0, 16)} is written and read as buf does it`, () => {
      const schema = schemaOf(golden);
      const json = JSON.stringify(golden.json);
      const message = fromJsonString(schema, json);
      assert.equal(Buffer.from(toBinary(schema, message)).toString('hex'), golden.binaryHex);
      const decoded = fromBinary(schema, Buffer.from(golden.binaryHex, 'hex'));
      assert.deepEqual(decoded, message);
      assert.equal(toJsonString(schema, decoded), json);
    });
  }

  it('have an example of every message that sets every field of it', () => {
    const exampleFields = goldens.flatMap((golden) => {
      const schema = schemaOf(golden);
      const message = reflect(schema, fromBinary(schema, Buffer.from(golden.binaryHex, 'hex')));
      return message.fields.filter((field) => message.isSet(field)).map(String);
    });
    const allFields = messages.flatMap((message) => message.fields).map(String);
    assert.deepEqual([...new Set(exampleFields)].toSorted(), allFields.toSorted());
    assert.deepEqual(
      [...new Set(goldens.map((golden) => golden.message))].toSorted(),
      messages.map((message) => message.typeName).toSorted(),
    );
  });
});
