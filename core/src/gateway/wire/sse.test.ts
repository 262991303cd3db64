import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SseReader } from './sse.ts';

const LIMIT = 1_000_000;

const read = (chunks: readonly (string | Buffer)[], maxEventBytes = LIMIT) => {
  const reader = new SseReader(maxEventBytes);
  const events = chunks.flatMap((chunk) => [...reader.read(Buffer.from(chunk))]);
  return {
    events: events.map(({ event, data }) => [event, data]),
    raw: events.map((one) => one.raw),
    rest: reader.rest(),
  };
};

/** Cuts bytes at the places given. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const STREAM = Buffer.from(
  [
    ': a comment\n\n',
    'data: {"a":"grüße 🌍"}\n\n',
    'event: message_start\r\ndata: one\r\ndata:two\r\n\r\n',
    'id: 7\nretry: 10\nevent:x\ndata:  spaced \n\n',
    'data\n\n',
    'data: mixed\r\n\n',
    'data: [DONE]\n\n',
    'data: unfin',
  ].join(''),
);

describe('SSE reader', () => {
  it('reads names and data the way the standard says', () => {
    assert.deepEqual(read([STREAM]).events, [
      ['', ''],
      ['', '{"a":"grüße 🌍"}'],
      ['message_start', 'one\ntwo'],
      ['x', ' spaced '],
      ['', ''],
      ['', 'mixed'],
      ['', '[DONE]'],
    ]);
  });

  it('reads the same events and bytes wherever the chunks end', () => {
    const whole = read([STREAM]);
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 12 }), (places) => {
        assert.deepEqual(read(cut(STREAM, places)), whole);
      }),
    );
    for (let place = 0; place <= STREAM.length; place++) assert.deepEqual(read(cut(STREAM, [place])), whole);
    assert.deepEqual(read([...STREAM].map((byte) => Buffer.of(byte))), whole);
  });

  it('loses no byte: the events and the rest are the stream', () => {
    const { raw, rest } = read(cut(STREAM, [5, 40, 41, 90]));
    assert.deepEqual(Buffer.concat([...raw, rest]), STREAM);
    assert.equal(rest.toString(), 'data: unfin');
  });

  it('gives an event as soon as its blank line is there', () => {
    const reader = new SseReader(LIMIT);
    assert.equal([...reader.read(Buffer.from('data: x\n'))].length, 0);
    assert.equal([...reader.read(Buffer.from('\n'))].length, 1);
    assert.equal(reader.rest().length, 0);
  });

  it('takes an event of the greatest size, and refuses a larger one', () => {
    const event = `data: ${'x'.repeat(92)}\n\n`;
    assert.equal(read([event], 100).events.length, 1);
    assert.equal(read([event.slice(0, 100)], 100).events.length, 1);
    assert.throws(() => read(['data: ', 'x'.repeat(95)], 100), RangeError);
  });
});
