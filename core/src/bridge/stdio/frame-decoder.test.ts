import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameDecoder } from './frame-decoder.ts';
import { type Decoded, MAX_MESSAGE_BYTES } from './message-decoder.ts';

function frame(message: unknown): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const call = (id: number, extra: object = {}) => ({ jsonrpc: '2.0', id, method: 'ping', ...extra });

function decode(...chunks: readonly (string | Buffer)[]): Decoded[] {
  const decoder = new FrameDecoder();
  return chunks.flatMap((chunk) => [...decoder.push(Buffer.from(chunk))]);
}

const messagesOf = (decoded: readonly Decoded[]) =>
  decoded.flatMap((one) => ('message' in one ? [one.message] : []));
const faultsOf = (decoded: readonly Decoded[]) =>
  decoded.flatMap((one) => ('fault' in one ? [one.fault] : []));

describe('FrameDecoder', () => {
  it('reads messages however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
        fc.array(fc.nat(40), { minLength: 1 }),
        (params, cuts) => {
          const sent = params.map((value, id) => call(id, { params: [value] }));
          let rest = Buffer.from(sent.map(frame).join(''));
          const chunks: Buffer[] = [];
          for (let nth = 0; rest.length > 0; nth += 1) {
            const size = (cuts[nth % cuts.length] ?? 0) + 1;
            chunks.push(rest.subarray(0, size));
            rest = rest.subarray(size);
          }
          assert.deepEqual(
            decode(...chunks),
            sent.map((message) => ({ message })),
          );
        },
      ),
    );
  });

  it('takes other header lines, on either side, and any case of the name', () => {
    const body = JSON.stringify(call(1));
    const type = 'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n';
    const decoded = decode(
      `${type}content-length: ${body.length}\r\n\r\n${body}`,
      `Content-Length:${body.length}\r\n${type}\r\n${body}`,
    );
    assert.deepEqual(decoded, [{ message: call(1) }, { message: call(1) }]);
  });

  it('finds the next message after noise, and tells of the noise once', () => {
    const noise = Buffer.alloc(100_000, 'x\r\n\r\n{}');
    const decoded = decode(noise, noise, noise, frame(call(1)), 'oops', frame(call(2)));
    assert.deepEqual(messagesOf(decoded), [call(1), call(2)]);
    assert.equal(faultsOf(decoded).length, 2);
  });

  it('finds the next message after half a header, in the name, the number or the line', () => {
    for (const half of [
      'Content-Len',
      'Content-Length: 1',
      'Content-Length: 17\r\n',
      'Content-Length: 17\r',
    ]) {
      assert.deepEqual(messagesOf(decode(half, frame(call(1)), frame(call(2)))), [call(1), call(2)], half);
    }
  });

  it('finds the messages that a cut one has swallowed', () => {
    const cut = frame(call(1, { params: 'long enough to hold some' })).slice(0, 60);
    const decoded = decode(cut, frame(call(2)), frame(call(3)));
    assert.deepEqual(messagesOf(decoded), [call(2), call(3)]);
    assert.equal(faultsOf(decoded)[0]?.answerCode, -32700);
  });

  it('answers what was framed and is not JSON-RPC, and goes on', () => {
    const bodies = [
      '{"jsonrpc":',
      '',
      '[]',
      'null',
      '7',
      '{"jsonrpc":"1.0","method":"x"}',
      '{"jsonrpc":"2.0"}',
    ];
    const invalidUtf8 = Buffer.concat([Buffer.from('Content-Length: 2\r\n\r\n'), Buffer.from([0xff, 0xfe])]);
    const decoded = decode(
      ...bodies.map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`),
      invalidUtf8,
      frame(call(1)),
    );
    assert.deepEqual(messagesOf(decoded), [call(1)]);
    assert.deepEqual(
      faultsOf(decoded).map(({ answerCode }) => answerCode),
      [-32700, -32700, -32600, -32600, -32600, -32600, -32600, -32700],
    );
  });

  it('takes a length that is no number, endless or absurd for noise', () => {
    for (const length of ['', '-1', '1e3', '0x10', '1'.repeat(2000), '99999999999999']) {
      const decoded = decode(`Content-Length: ${length}\r\n\r\n`, frame(call(1)));
      assert.deepEqual(messagesOf(decoded), [call(1)], length);
      assert.equal(faultsOf(decoded).length, 1, length);
    }
  });

  it('leaves out a message beyond the limit as it comes, and reads the next', () => {
    const decoder = new FrameDecoder();
    const size = MAX_MESSAGE_BYTES * 3;
    const decoded = [...decoder.push(Buffer.from(`Content-Length: ${size}\r\n\r\n`))];
    for (let sent = 0; sent < size; sent += 2 ** 16)
      decoded.push(...decoder.push(Buffer.alloc(2 ** 16, 'a')));
    decoded.push(...decoder.push(Buffer.from(frame(call(1)))));
    assert.deepEqual(messagesOf(decoded), [call(1)]);
    assert.match(String(faultsOf(decoded)[0]?.what), /left out/);
  });

  it('never throws, whatever comes', () => {
    const pieces = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('Content-Length: ', '5', '\r\n', '\r\n\r\n', '{}', frame(call(1)))
        .map((text) => Buffer.from(text)),
    );
    fc.assert(fc.property(fc.array(pieces), (chunks) => void decode(...chunks)));
  });
});
