import type { Ledger } from '../../budget/ledger.ts';
import type { AnnotationStore } from '../annotation-store.ts';
import type { BatchStore } from '../batch-store.ts';
import type { CatalogStore } from '../catalog-store.ts';
import type { RateWindows } from '../rate-windows.ts';
import type { RuntimeConfigStore } from '../runtime-config-store.ts';
import { storageOpenError } from '../storage-open-error.ts';
import type { UserStore } from '../user-store.ts';
import { ANNOTATION_SCHEMA } from './annotation-schema.ts';
import { createSqliteAnnotationStore } from './annotation-store.ts';
import { BATCH_SCHEMA } from './batch-schema.ts';
import { createSqliteBatchStore } from './batch-store.ts';
import { CATALOG_SCHEMA } from './catalog-schema.ts';
import { createSqliteCatalogStore } from './catalog-store.ts';
import { LEDGER_SCHEMA } from './ledger-schema.ts';
import { SqliteLedger, type SqliteLedgerOptions } from './ledger.ts';
import { openDatabase } from './open.ts';
import { RATE_WINDOW_SCHEMA } from './rate-window-schema.ts';
import { createSqliteRateWindows } from './rate-windows.ts';
import { RUNTIME_CONFIG_SCHEMA } from './runtime-config-schema.ts';
import { createSqliteRuntimeConfigStore } from './runtime-config-store.ts';
import { openFailureOf } from './sqlite-error.ts';
import { USER_SCHEMA } from './user-schema.ts';
import { createSqliteUserStore } from './user-store.ts';

/** Everything of a process that is no span: one SQLite file. */
export interface StateStores {
  readonly ledger: Ledger;
  readonly users: UserStore;
  readonly annotations: AnnotationStore;
  readonly rateWindows: RateWindows;
  readonly runtimeConfig: RuntimeConfigStore;
  readonly catalog: CatalogStore;
  readonly batches: BatchStore;
  /** Writes what is left and lets go of the file. */
  close(): Promise<void>;
}

export interface StateStoresOptions extends Omit<SqliteLedgerOptions, 'db' | 'notifier'> {
  readonly path: string;
  /** Given the users, because an alert names them; absent: nobody is told. */
  readonly notifierFor?: (users: UserStore) => SqliteLedgerOptions['notifier'];
}

/** @throws StorageOpenError */
export function openStateStores({ path, notifierFor, ...options }: StateStoresOptions): StateStores {
  const db = openDatabase({
    path,
    schema: [
      ...[LEDGER_SCHEMA, USER_SCHEMA, ANNOTATION_SCHEMA, RATE_WINDOW_SCHEMA, RUNTIME_CONFIG_SCHEMA],
      ...[CATALOG_SCHEMA, BATCH_SCHEMA],
    ],
  });
  const users = createSqliteUserStore(db);
  const notifier = notifierFor?.(users);
  let ledger: SqliteLedger;
  try {
    // The ledger says at once that it is there, so a file that another program holds is noticed here.
    ledger = new SqliteLedger({ db, ...options, ...(notifier && { notifier }) });
  } catch (cause) {
    db.close();
    throw storageOpenError(path, openFailureOf(cause), cause);
  }
  const annotations = createSqliteAnnotationStore(db);
  return {
    ledger,
    users,
    annotations,
    rateWindows: createSqliteRateWindows(db),
    runtimeConfig: createSqliteRuntimeConfigStore(db),
    catalog: createSqliteCatalogStore(db),
    batches: createSqliteBatchStore(db),
    async close() {
      await ledger.close();
      await users.close();
      await annotations.close();
      db.close();
    },
  };
}
