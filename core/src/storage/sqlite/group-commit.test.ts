import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { GroupCommit } from './group-commit.ts';
import { openDatabase } from './open.ts';

const NOTES = { component: 'notes', migrations: ['CREATE TABLE notes (text TEXT UNIQUE) STRICT'] };

describe('group commit', () => {
  let folder: string;
  let db: DatabaseSync;
  let other: DatabaseSync;
  let commit: GroupCommit;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-commit-'));
    const path = join(folder, 'notes.db');
    db = openDatabase({ path, schema: [NOTES], busyTimeoutMs: 0 });
    other = openDatabase({ path, schema: [NOTES], busyTimeoutMs: 0 });
    commit = new GroupCommit(db);
  });
  afterEach(() => {
    for (const one of [db, other]) if (one.isOpen) one.close();
    rmSync(folder, { recursive: true });
  });

  const note = (text: string) => () => {
    db.prepare('INSERT INTO notes VALUES (?)').run(text);
    return text.length;
  };
  /** As another process sees them. */
  const notes = (): string[] =>
    other
      .prepare('SELECT text FROM notes ORDER BY rowid')
      .all()
      .map((row) => String(row['text']));
  const states = (settled: readonly PromiseSettledResult<unknown>[]) => settled.map(({ status }) => status);

  it('answers a step once others can see what it did', async () => {
    const seen = await Promise.all(
      ['one', 'three'].map((text) => commit.run(note(text)).then((n) => [n, notes()])),
    );
    assert.deepEqual(seen, [
      [3, ['one', 'three']],
      [5, ['one', 'three']],
    ]);
  });

  it('commits the steps of one turn together, in the order they came', async () => {
    const visible: number[] = [];
    const watch = () => void visible.push(notes().length);
    await Promise.all(['c', 'a', 'b'].map((text) => commit.run(() => (note(text)(), watch()))));
    assert.deepEqual(visible, [0, 0, 0]);
    assert.deepEqual(notes(), ['c', 'a', 'b']);
  });

  it('keeps a step that fails from taking its neighbours down, before and after it', async () => {
    const settled = await Promise.allSettled(['a', 'b', 'a', 'c'].map((text) => commit.run(note(text))));
    assert.deepEqual(states(settled), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(notes(), ['a', 'b', 'c']);
  });

  it('undoes what a failing step had done already', async () => {
    const failing = commit.run(() => {
      note('half')();
      throw new RangeError('changed its mind');
    });
    await assert.rejects(failing, RangeError);
    assert.deepEqual(notes(), []);
  });

  it('rejects all when the store cannot be written, runs none of them, and goes on afterwards', async () => {
    other.exec('BEGIN IMMEDIATE');
    let runs = 0;
    const settled = await Promise.allSettled(
      ['a', 'b'].map((text) => commit.run(() => (runs++, note(text)()))),
    );
    assert.deepEqual([states(settled), runs], [['rejected', 'rejected'], 0]);
    other.exec('ROLLBACK');
    await commit.run(note('c'));
    assert.deepEqual(notes(), ['c']);
  });

  describe('while another process writes', () => {
    let patient: DatabaseSync;
    beforeEach(() => {
      patient = openDatabase({ path: join(folder, 'notes.db'), schema: [NOTES], busyTimeoutMs: 10_000 });
      commit = new GroupCommit(patient);
    });
    afterEach(() => patient.close());
    const noteThere = (text: string) => () => void patient.prepare('INSERT INTO notes VALUES (?)').run(text);

    it('waits without holding up anybody else, and keeps the order', async () => {
      other.exec('BEGIN IMMEDIATE');
      let isWritten = false;
      const first = commit.run(noteThere('first')).then(() => (isWritten = true));
      // The other one writes on, in this very thread, which a blocked thread could not.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      const second = commit.run(noteThere('second'));
      assert.equal(isWritten, false);
      other.exec(`INSERT INTO notes VALUES ('theirs'); COMMIT`);
      await Promise.all([first, second]);
      assert.deepEqual(notes(), ['theirs', 'first', 'second']);
    });

    it('leaves the connection’s own patience as it was', async () => {
      await commit.run(noteThere('a'));
      assert.equal(patient.prepare('PRAGMA busy_timeout').get()?.['timeout'], 10_000);
    });
  });

  it('gives up after the busy timeout, and tries anew for whoever comes then', async () => {
    const hasty = openDatabase({ path: join(folder, 'notes.db'), schema: [NOTES], busyTimeoutMs: 30 });
    commit = new GroupCommit(hasty);
    other.exec('BEGIN IMMEDIATE');
    const tries = [1, 2].map(() => commit.run(() => undefined));
    for (const { status } of await Promise.allSettled(tries)) assert.equal(status, 'rejected');
    const later = commit.run(() => 'written');
    other.exec('ROLLBACK');
    assert.equal(await later, 'written');
    hasty.close();
  });

  it('rejects all when the commit itself fails, and leaves the store as it was', async () => {
    // A deferred constraint is checked by COMMIT, so every step succeeds and the commit does not.
    db.exec('CREATE TABLE tags (note TEXT REFERENCES notes (text) DEFERRABLE INITIALLY DEFERRED)');
    const dangling = () => void db.prepare(`INSERT INTO tags VALUES ('nobody')`).run();
    const settled = await Promise.allSettled([commit.run(note('a')), commit.run(dangling)]);
    assert.deepEqual(states(settled), ['rejected', 'rejected']);
    assert.deepEqual([notes(), db.isTransaction], [[], false]);
  });

  it('takes a step that a step’s answer leads to into the next transaction', async () => {
    await commit.run(note('a')).then(() => commit.run(note('b')));
    assert.deepEqual(notes(), ['a', 'b']);
  });
});
