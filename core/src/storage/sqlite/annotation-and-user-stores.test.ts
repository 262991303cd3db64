import type { DatabaseSync } from 'node:sqlite';
import { describeAnnotationStore } from '../contract-suites/annotation-store-suite.ts';
import { describeUserStore } from '../contract-suites/user-store-suite.ts';
import { ANNOTATION_SCHEMA } from './annotation-schema.ts';
import { createSqliteAnnotationStore } from './annotation-store.ts';
import { openDatabase } from './open.ts';
import { USER_SCHEMA } from './user-schema.ts';
import { createSqliteUserStore } from './user-store.ts';

describe('SQLite: stores that share state.db', () => {
  let db: DatabaseSync;
  beforeEach(() => {
    db = openDatabase({ path: ':memory:', schema: [ANNOTATION_SCHEMA, USER_SCHEMA] });
  });
  afterEach(() => db.close());

  describeAnnotationStore('SQLite', async () => createSqliteAnnotationStore(db));
  describeUserStore('SQLite', async () => createSqliteUserStore(db));
});
