import type { Dice } from '../../core/src/gateway/translate/testing/mutate.ts';

/** What may come where a provider's number was. */
const NUMBERS = [
  ...['-1', '-0', '0.5', '1e308', '-1e308', '1e999', 'NaN', '-Infinity', '00', '1000000000', '1000000001'],
  ...['9007199254740993', '123456789012345678901234567890', '"12"', '""', 'null', 'true', '[1]', '{}'],
];
const PIECES = [
  ...['null', '"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\n\n', '\r\n', '\r\n\r\n', '\r', '\u0000'],
  ...['data: ', 'data:', 'event: error\n', 'data: [DONE]\n\n', ': x\n\n', '"__proto__":{},', '"index":1e9,'],
  ...['"usage":null,', '"usage":{"prompt_tokens":-5},', '"choices":[],', '\ufeff'],
];
const INVALID_UTF8 = ['ff', 'c0af', 'e28228', 'eda080', 'f4908080', 'f0'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Nested, the last two deeper than what is recursive can go. */
const DEEP = [
  '{"usage":[{"usage":1}]}',
  `\r${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `\r${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
];
const MAX_BYTES = 64 * 1024;

const NUMBER = /(?<=[:[,]\s?)-?\d[\d.eE+-]*/g;
const STRING = /(?<=:\s?)"[^"\\]*"/g;

type Mutation = (bytes: Buffer, other: Buffer, dice: Dice) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  function flip(bytes, _other, dice) {
    const copy = Buffer.from(bytes);
    for (let flips = dice.below(8); flips >= 0 && copy.length > 0; flips--) {
      const at = dice.below(copy.length);
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << dice.below(8)), at);
    }
    return copy;
  },
  function truncate(bytes, _other, dice) {
    return bytes.subarray(0, dice.below(bytes.length + 1));
  },
  function cutOut(bytes, _other, dice) {
    return changed(bytes, dice, () => Buffer.alloc(0));
  },
  function repeat(bytes, _other, dice) {
    const times = dice.pick([2, 3, 40]);
    return changed(bytes, dice, (piece) => Buffer.concat(Array.from({ length: times }, () => piece)));
  },
  function splice(bytes, other, dice) {
    const head = bytes.subarray(0, dice.below(bytes.length + 1));
    return Buffer.concat([head, other.subarray(dice.below(other.length + 1))]);
  },
  otherNumber,
  // More often than the others: this is what money is made of.
  (bytes, other, dice) => otherNumber(otherNumber(bytes, other, dice), other, dice),
  otherNumber,
  otherNumber,
  function otherString(bytes, _other, dice) {
    return valueChanged(bytes, dice, STRING, [...NUMBERS, '"\\n"', '\n1']);
  },
  function putIn(bytes, _other, dice) {
    return changed(bytes, dice, (piece) => Buffer.concat([Buffer.from(dice.pick(PIECES)), piece]));
  },
  nest,
  function breakUtf8(bytes, _other, dice) {
    return changed(bytes, dice, (piece) => Buffer.concat([dice.pick(INVALID_UTF8), piece]));
  },
  function otherLineEnds(bytes, _other, dice) {
    const end = dice.pick(['\r\n', '\r', '\n\n', '\n\r\n']);
    return Buffer.from(bytes.toString('latin1').replaceAll('\n', end), 'latin1');
  },
];

/** The bytes with one to four things done to them; never more than 64 KiB. */
export function mutated(bytes: Buffer, other: Buffer, dice: Dice): Buffer {
  let result = bytes;
  for (let changes = dice.below(4); changes >= 0; changes--) {
    result = dice.pick(MUTATIONS)(result, other, dice).subarray(0, MAX_BYTES);
  }
  return result;
}

function changed(bytes: Buffer, dice: Dice, change: (piece: Buffer) => Buffer): Buffer {
  const from = dice.below(bytes.length + 1);
  const to = from + dice.below(dice.pick([2, 20, 400]));
  return Buffer.concat([bytes.subarray(0, from), change(bytes.subarray(from, to)), bytes.subarray(to)]);
}

function otherNumber(bytes: Buffer, _other: Buffer, dice: Dice): Buffer {
  return valueChanged(bytes, dice, NUMBER, NUMBERS);
}

function nest(bytes: Buffer, _other: Buffer, dice: Dice): Buffer {
  return valueChanged(bytes, dice, dice.pick([NUMBER, STRING]), DEEP);
}

/** With the first value of that kind, behind a random place, replaced by one of these. */
function valueChanged(bytes: Buffer, dice: Dice, kind: RegExp, values: readonly string[]): Buffer {
  const text = bytes.toString('latin1');
  kind.lastIndex = dice.below(text.length + 1);
  const found = kind.exec(text);
  if (found === null) return bytes;
  const after = text.slice(found.index + found[0].length);
  return Buffer.from(text.slice(0, found.index) + dice.pick(values) + after, 'latin1');
}
