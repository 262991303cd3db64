import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AnnotationRecord, AnnotationStore } from '../annotation-store.ts';

/** What every annotation store must do. `open` gives an empty store on the real engine; the suite closes it. */
export function describeAnnotationStore(name: string, open: () => Promise<AnnotationStore>): void {
  describe(`annotation store: ${name}`, () => {
    let store: AnnotationStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const common = (createdAtUnixMs: number, authorId = 'ada', traceId = 't1') => ({
      id: randomUUID(),
      traceId,
      authorId,
      comment: '',
      createdAtUnixMs,
    });
    const outcome = (success: boolean, ...who: Parameters<typeof common>): AnnotationRecord => ({
      ...common(...who),
      type: 'outcome',
      success,
      score: success ? 1 : 0.25,
    });
    const label = (text: string, ...who: Parameters<typeof common>): AnnotationRecord => ({
      ...common(...who),
      type: 'label',
      label: text,
      reviewer: 'grace',
    });
    const metric = (metricValue: number, ...who: Parameters<typeof common>): AnnotationRecord => ({
      ...common(...who),
      type: 'metric',
      metricName: 'tests passed',
      metricValue,
    });

    it('has none for a trace nobody spoke of', async () => {
      assert.deepEqual(await store.list('t1'), []);
    });

    it('gives back every field of every kind, oldest first, and by kind', async () => {
      const all = [outcome(false, 3), label('fine', 1), metric(-0.5, 2)];
      for (const one of all) await store.put(one);
      const [ofOutcome, ofLabel, ofMetric] = all;
      assert.deepEqual(await store.list('t1'), [ofLabel, ofMetric, ofOutcome]);
      assert.deepEqual(await store.list('t1', 'outcome'), [ofOutcome]);
      assert.deepEqual(await store.list('t1', 'label'), [ofLabel]);
      assert.deepEqual(await store.list('t1', 'metric'), [ofMetric]);
      assert.deepEqual(await store.list('t2'), []);
    });

    it('replaces an author’s outcome of a trace, and no one else’s and of no other', async () => {
      const others = [outcome(true, 1, 'bob'), outcome(true, 1, 'ada', 't2')];
      const [first, second] = [outcome(true, 2), outcome(false, 3)];
      for (const one of [...others, first, second]) await store.put(one);
      assert.deepEqual(await store.list('t1'), [others[0], second]);
      assert.deepEqual(await store.list('t2'), [others[1]]);
    });

    it('adds labels and metrics up, in the order they came where the time is the same', async () => {
      const all = [label('a', 5), label('a', 5), metric(1, 5), metric(1, 5)];
      for (const one of all) await store.put(one);
      assert.deepEqual(await store.list('t1'), all);
    });

    it('keeps one for an annotation that is put twice', async () => {
      const one = label('again', 1);
      await store.put(one);
      await store.put(one);
      assert.deepEqual(await store.list('t1'), [one]);
    });

    it('carries out a wish with a key once, and answers what it came to', async () => {
      const [first, again] = [label('once', 1), label('once', 2)];
      assert.deepEqual(await store.put(first, 'k1'), first);
      assert.deepEqual(await store.put(again, 'k1'), first);
      assert.deepEqual(await store.list('t1'), [first]);
    });

    it('forgets a key after sixty days and not before, so that keys do not add up for ever', async () => {
      const dayMs = 24 * 3_600_000;
      const [first, early, late] = [label('a', 1), label('b', 60 * dayMs), label('c', 61 * dayMs)];
      await store.put(first, 'k1');
      assert.deepEqual(await store.put(early, 'k1'), first);
      assert.deepEqual(await store.put(late, 'k1'), late);
      assert.deepEqual(await store.list('t1'), [first, late]);
    });

    it('knows a key for its author only, and each key for itself', async () => {
      const all = [label('a', 1), label('a', 2, 'bob'), label('a', 3)];
      const keys = ['k1', 'k1', 'k2'];
      for (const [index, one] of all.entries()) assert.deepEqual(await store.put(one, keys[index]), one);
      assert.deepEqual(await store.list('t1'), all);
    });

    it('does not bring back an outcome that was replaced since', async () => {
      const [early, late] = [outcome(true, 1), outcome(false, 2)];
      await store.put(early, 'k1');
      await store.put(late, 'k2');
      assert.deepEqual(await store.put({ ...early, id: randomUUID() }, 'k1'), early);
      assert.deepEqual(await store.list('t1'), [late]);
    });

    it('keeps one however often a wish arrives at once', async () => {
      const wishes = Array.from({ length: 20 }, (_, index) => metric(0.1, index));
      const answers = await Promise.all(wishes.map((one) => store.put(one, 'k1')));
      const [kept] = await store.list('t1');
      assert.equal((await store.list('t1')).length, 1);
      assert.deepEqual(new Set(answers.map(({ id }) => id)), new Set([kept?.id]));
    });

    it('leaves one current outcome however many are set at once', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => store.put(outcome(index % 2 === 0, index))));
      assert.equal((await store.list('t1', 'outcome')).length, 1);
    });

    it('keeps text and numbers exactly', async () => {
      const text = `'; DROP TABLE annotations; -- "\`\\ a\0b 👩‍👩‍👧 ${'ü'.repeat(500_000)}`;
      const all = [
        { ...label(text, 1, text, text), comment: text },
        ...[5e-324, 1.7976931348623157e308, 1e21, 0.1].map((value) => metric(value, 2, text, text)),
      ];
      for (const one of all) await store.put(one);
      assert.deepEqual(await store.list(text), all);
    });
  });
}
