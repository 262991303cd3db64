import type { SchemaComponent } from './migrate.ts';

/** Table `runtime_config`: one row, once something was set while Candela ran. */
export const RUNTIME_CONFIG_SCHEMA: SchemaComponent = {
  component: 'runtime_config',
  migrations: [
    `
    CREATE TABLE runtime_config (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      version INTEGER NOT NULL,
      value_json TEXT NOT NULL
    ) STRICT;
    `,
  ],
};
