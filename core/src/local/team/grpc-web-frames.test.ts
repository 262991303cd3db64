import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GrpcWebFrames } from './grpc-web-frames.ts';

const frame = (flag: number, payload: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
};

const TRAILERS = Buffer.from('grpc-status: 5\r\nGrpc-Message:a%3Ab: c\r\n');

const read = (bytes: Buffer, cuts: readonly number[]) => {
  const frames = new GrpcWebFrames();
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const pieces = [...ends, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
  return { messages: Buffer.concat(pieces.map((piece) => frames.push(piece))), trailers: frames.trailers() };
};

describe('the frames of a gRPC-Web answer', () => {
  it('are those of gRPC and then the trailers, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1), fc.uint8Array({ maxLength: 300 })), { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (messages, cuts) => {
          const sent = Buffer.concat(messages.map(([flag, payload]) => frame(flag, payload)));
          const got = read(Buffer.concat([sent, frame(0x80, TRAILERS)]), cuts);
          assert.deepEqual(got.messages, sent);
          assert.deepEqual(got.trailers, [
            ['grpc-status', '5'],
            ['grpc-message', 'a%3Ab: c'],
          ]);
        },
      ),
    );
  });

  for (const [what, bytes] of [
    ['ends without them', frame(0, Buffer.from('x'))],
    ['ends inside them', frame(0x80, TRAILERS).subarray(0, -1)],
    ['goes on behind them', Buffer.concat([frame(0x80, TRAILERS), frame(0, TRAILERS)])],
    ['claims gigabytes of them', Buffer.from([0x80, 0xff, 0xff, 0xff, 0xff, 1])],
    ['is empty', Buffer.alloc(0)],
  ] as const) {
    it(`have no trailers if the answer ${what}`, () => {
      assert.equal(read(bytes, []).trailers, undefined);
    });
  }
});
