import type { DatabaseSync } from 'node:sqlite';
import { describeBatchStore } from '../contract-suites/batch-store-suite.ts';
import { BATCH_SCHEMA } from './batch-schema.ts';
import { createSqliteBatchStore } from './batch-store.ts';
import { openDatabase } from './open.ts';

describe('SQLite batches', () => {
  const databases: DatabaseSync[] = [];
  afterEach(() => {
    for (const db of databases.splice(0)) db.close();
  });

  describeBatchStore('SQLite', () => {
    const db = openDatabase({ path: ':memory:', schema: [BATCH_SCHEMA] });
    databases.push(db);
    return createSqliteBatchStore(db);
  });
});
