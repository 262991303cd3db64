import assert from 'node:assert/strict';
import { createCandelaApi } from '../connection/candela-api.ts';
import { OutcomeBook } from './outcome-book.ts';
import { InMemoryDaemon } from '../testing/in-memory-daemon.ts';

const signal = new AbortController().signal;

describe('OutcomeBook', () => {
  let daemon: InMemoryDaemon;
  beforeEach(async () => {
    daemon = new InMemoryDaemon();
    daemon.traceIds = Array.from({ length: 12 }, (_, index) => `t${index}`);
    await daemon.start();
    const { annotations } = createCandelaApi(daemon.url);
    await annotations.setOutcome({ traceId: 't1', success: true, score: 1 });
    await annotations.setOutcome({ traceId: 't2', success: false });
    await annotations.addLabel({ traceId: 't3', label: 'x' });
  });
  afterEach(() => daemon.stop());

  it('knows what was marked, and asks about each trace once', async () => {
    const book = new OutcomeBook();
    const api = createCandelaApi(daemon.url);
    await book.read(api, daemon.traceIds, signal);
    assert.deepEqual(
      ['t0', 't1', 't2', 't3'].map((id) => book.of(id)),
      [undefined, true, false, undefined],
    );
    await book.read(api, daemon.traceIds, signal);
    assert.equal(daemon.countOf('listAnnotations'), 12);
    book.clear();
    await book.read(api, ['t1'], signal);
    assert.equal(daemon.countOf('listAnnotations'), 13);
  });

  it('takes note of what was just said, before any daemon has heard of it', () => {
    const book = new OutcomeBook();
    book.note('t9', false);
    assert.equal(book.of('t9'), false);
    for (let index = 0; index < 600; index += 1) book.note(`n${index}`, true);
    assert.deepEqual([book.of('t9'), book.of('n599')], [undefined, true]);
  });
});
