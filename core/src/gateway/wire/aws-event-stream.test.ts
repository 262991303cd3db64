import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { AwsEventStreamError, AwsEventStreamReader, textHeader } from './aws-event-stream.ts';

const MAX_BYTES = 4096;

/** A message written by hand, by the format's own description, so that no package marks its own work. */
function message(headers: Readonly<Record<string, string>>, body: string): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => {
    const field = Buffer.alloc(1 + name.length + 3 + Buffer.byteLength(value));
    field.writeUInt8(name.length, 0);
    field.write(name, 1);
    field.writeUInt8(7, 1 + name.length);
    field.writeUInt16BE(Buffer.byteLength(value), 2 + name.length);
    field.write(value, 4 + name.length);
    return field;
  });
  const head = Buffer.concat(fields);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + Buffer.byteLength(body), 0);
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const rest = Buffer.concat([prelude, head, Buffer.from(body)]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(rest));
  return Buffer.concat([rest, checksum]);
}

const STREAM = Buffer.concat([
  message({ ':message-type': 'event', ':event-type': 'chunk' }, '{"bytes":"e30="}'),
  message({}, ''),
  message({ ':message-type': 'exception', note: 'grüße 🌍' }, '{"message":"slow down"}'),
]);

const READ = [
  ['chunk', undefined, '{"bytes":"e30="}'],
  [undefined, undefined, ''],
  [undefined, 'grüße 🌍', '{"message":"slow down"}'],
];

function read(chunks: readonly Buffer[]): unknown[] {
  const reader = new AwsEventStreamReader(MAX_BYTES);
  const seen = chunks.flatMap((chunk) =>
    [...reader.read(chunk)].map((one) => [
      textHeader(one, ':event-type'),
      textHeader(one, 'note'),
      Buffer.from(one.body).toString('utf8'),
    ]),
  );
  assert.equal(reader.pendingBytes, 0);
  return seen;
}

describe('an AWS event stream', () => {
  it('is read the same wherever it is cut', () => {
    assert.deepEqual(read([STREAM]), READ);
    for (let at = 0; at <= STREAM.length; at++) {
      assert.deepEqual(read([STREAM.subarray(0, at), STREAM.subarray(at)]), READ, `cut at ${at}`);
    }
    assert.deepEqual(read(Array.from(STREAM, (byte) => Buffer.from([byte]))), READ);
  });

  it('is read the same however often it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 12 }), (places) => {
        const at = [0, ...places.toSorted((a, b) => a - b), STREAM.length];
        assert.deepEqual(read(at.slice(1).map((end, index) => STREAM.subarray(at[index], end))), READ);
      }),
    );
  });

  it('knows that it has stopped inside a message', () => {
    const reader = new AwsEventStreamReader(MAX_BYTES);
    assert.equal([...reader.read(STREAM.subarray(0, STREAM.length - 1))].length, 2);
    assert.ok(reader.pendingBytes > 0);
  });

  it('is refused for a byte that was damaged, whichever it is', () => {
    const whole = message({ ':message-type': 'event' }, '{"bytes":"e30="}');
    // The first four bytes are a length: a message that is longer now has not ended yet.
    for (let at = 4; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8((damaged[at] ?? 0) ^ 0x10, at);
      const reader = new AwsEventStreamReader(MAX_BYTES);
      assert.throws(() => [...reader.read(damaged)], AwsEventStreamError, `byte ${at}`);
    }
  });

  it('is refused for a length no message has, before there is more of it', () => {
    for (const length of [0, 15, MAX_BYTES + 1, 0xffffffff]) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(length);
      assert.throws(() => [...new AwsEventStreamReader(MAX_BYTES).read(bytes)], AwsEventStreamError);
    }
  });

  it('throws nothing but its own error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(STREAM.length - 1), (bytes, at) => {
        const damaged = Buffer.from(STREAM);
        damaged.set(bytes.subarray(0, STREAM.length - at), at);
        const reader = new AwsEventStreamReader(MAX_BYTES);
        try {
          for (const one of reader.read(damaged)) textHeader(one, ':message-type');
        } catch (error) {
          if (!(error instanceof AwsEventStreamError)) throw error;
        }
      }),
    );
  });
});
