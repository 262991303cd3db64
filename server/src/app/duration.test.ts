import assert from 'node:assert/strict';
import { millisecondsOf } from './duration.ts';

describe('millisecondsOf', () => {
  for (const [text, ms] of [
    ['500ms', 500],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['1m', 60_000],
    ['2h', 7_200_000],
    ['0s', 0],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(millisecondsOf(text), ms));
  }

  for (const text of ['', '2', 's', '2 s', '-2s', '2S', '1m30s', '.5s', '2d', '1e3ms']) {
    it(`does not take ${JSON.stringify(text)} for one`, () => assert.equal(millisecondsOf(text), undefined));
  }
});
