import assert from 'node:assert/strict';
import { LastWords } from './last-words.ts';

describe('last words of a process', () => {
  const told = (...pieces: string[]): string => {
    const words = new LastWords();
    for (const piece of pieces) words.add(piece);
    return words.told;
  };

  it('are its last three lines, without what steers a terminal', () => {
    assert.equal(told('one\ntwo\n', 'thr', 'ee\r\n\n', '\u001B[31mfour\u001B[0m\n'), 'two · three · four');
  });

  it('are few, however much it says', () => {
    assert.equal(told('x'.repeat(1_000_000)).length, 500);
    assert.equal(
      told(...Array.from({ length: 10_000 }, (_, index) => `line ${index}\n`)),
      'line 9997 · line 9998 · line 9999',
    );
  });

  it('may be none', () => {
    assert.equal(told(), '');
    assert.equal(told('\n \n'), '');
  });
});
