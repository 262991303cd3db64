import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SchemaComponent } from './migrate.ts';
import { openDatabase } from './open.ts';

const NOTES: SchemaComponent = { component: 'notes', migrations: ['CREATE TABLE notes (text TEXT) STRICT'] };
const NOTES_2: SchemaComponent = {
  component: 'notes',
  migrations: [...NOTES.migrations, `ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT ''`],
};
const OTHER: SchemaComponent = { component: 'other', migrations: ['CREATE TABLE other (id INTEGER) STRICT'] };

describe('openDatabase', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candela-open-'));
    path = join(folder, 'made', 'on', 'demand.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes the folder and files so that only their owner can read them', () => {
    const db = openDatabase({ path, schema: [NOTES] });
    db.exec(`INSERT INTO notes VALUES ('x')`);
    const modes = ['', '-wal', '-shm'].map((suffix) => statSync(path + suffix).mode & 0o777);
    db.close();
    assert.deepEqual(modes, [0o600, 0o600, 0o600]);
    assert.equal(statSync(join(folder, 'made', 'on')).mode & 0o777, 0o700);
  });

  it('uses WAL, foreign keys and the durability that was asked for', () => {
    for (const [synchronous, value] of [
      ['normal', 1],
      ['full', 2],
    ] as const) {
      const db = openDatabase({ path, schema: [], synchronous });
      const pragmas = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) =>
        db.prepare(`PRAGMA ${name}`).get(),
      );
      db.close();
      assert.deepEqual(
        pragmas.map((row) => ({ ...row })),
        [{ journal_mode: 'wal' }, { synchronous: value }, { foreign_keys: 1 }],
      );
    }
  });

  it('adds what an older file lacks, each component on its own, and keeps its rows', () => {
    const old = openDatabase({ path, schema: [NOTES] });
    old.exec(`INSERT INTO notes VALUES ('kept')`);
    old.close();
    openDatabase({ path, schema: [OTHER] }).close();
    const db = openDatabase({ path, schema: [NOTES_2, OTHER] });
    const notes = db.prepare('SELECT * FROM notes').all();
    const versions = db.prepare('SELECT component, version FROM schema_migrations ORDER BY component').all();
    db.close();
    assert.deepEqual({ ...notes[0] }, { text: 'kept', author: '' });
    assert.deepEqual(
      versions.map((row) => [row['component'], row['version']]),
      [
        ['notes', 2],
        ['other', 1],
      ],
    );
  });

  it('changes nothing if one migration fails', () => {
    const broken: SchemaComponent = {
      component: 'broken',
      migrations: ['CREATE TABLE b (i INTEGER)', 'NO SQL'],
    };
    assert.throws(() => openDatabase({ path, schema: [NOTES, broken] }), { failure: 'failed' });
    const db = openDatabase({ path, schema: [] });
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    db.close();
    assert.deepEqual(tables, []);
  });

  it('refuses a file from a newer Candela and says what to do', () => {
    openDatabase({ path, schema: [NOTES_2] }).close();
    assert.throws(() => openDatabase({ path, schema: [NOTES] }), {
      name: 'StorageOpenError',
      failure: 'newer',
      message: /written by a newer Candela .*update Candela, or configure another path/,
    });
  });

  it('refuses a file that is no database and leaves it as it is', () => {
    path = join(folder, 'text.db');
    writeFileSync(path, 'a text file, and a long one\n'.repeat(200));
    assert.throws(() => openDatabase({ path, schema: [NOTES] }), {
      failure: 'damaged',
      message: /move the file away/,
    });
    assert.equal(statSync(path).size, 5600);
  });

  it('refuses a database whose pages were overwritten', () => {
    const db = openDatabase({ path, schema: [NOTES] });
    db.close();
    const size = statSync(path).size;
    writeFileSync(path, Buffer.alloc(size - 100, 0xff), { flag: 'r+' });
    assert.throws(() => openDatabase({ path, schema: [NOTES] }), { failure: 'damaged' });
  });

  it('refuses a path where no file can be', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const impossible of [join(file, 'below-a-file.db'), folder]) {
      assert.throws(() => openDatabase({ path: impossible, schema: [NOTES] }), {
        failure: 'unwritable',
        message: /write access/,
      });
    }
  });

  it('refuses a schema change while another connection writes, but opens a file that needs none', () => {
    const writer = openDatabase({ path, schema: [NOTES] });
    writer.exec('BEGIN IMMEDIATE');
    openDatabase({ path, schema: [NOTES], busyTimeoutMs: 0 }).close();
    assert.throws(() => openDatabase({ path, schema: [NOTES_2], busyTimeoutMs: 0 }), {
      failure: 'locked',
      message: /in use by another process/,
    });
    writer.exec('ROLLBACK');
    writer.close();
  });

  it('migrates once when several threads open a new file at once', async () => {
    const source = `
      const { workerData } = require('node:worker_threads');
      import(workerData.module).then(({ openDatabase }) => openDatabase(workerData.options).close());`;
    const module = new URL('./open.ts', import.meta.url).href;
    const options = { path, schema: [NOTES_2, OTHER] };
    const exits = Array.from({ length: 4 }, () =>
      once(new Worker(source, { eval: true, workerData: { module, options } }), 'exit'),
    );
    assert.deepEqual(await Promise.all(exits), [[0], [0], [0], [0]]);
  });
});
