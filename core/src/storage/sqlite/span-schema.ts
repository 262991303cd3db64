import type { SchemaComponent } from './migrate.ts';

/**
 * Table `spans` (contract section 11). Times are UTC text (see `timeText`), lists JSON text
 * `[{"key":…,"value":…}]`. What sums and filters read stands before the long texts: SQLite then finds it on a
 * row's first page and leaves the captured prompts on their overflow pages.
 *
 * One key serves both to find a trace and to know a span again: ids are random, so every index on one costs a page
 * to write for each span.
 */
export const SPAN_SCHEMA: SchemaComponent = {
  component: 'spans',
  migrations: [
    `
    CREATE TABLE spans (
      span_id TEXT NOT NULL,
      trace_id TEXT NOT NULL,
      parent_span_id TEXT NOT NULL,
      start_time TEXT NOT NULL,
      end_time TEXT NOT NULL,
      duration_ns INTEGER NOT NULL,
      kind TEXT NOT NULL,
      status TEXT NOT NULL,
      user_id TEXT NOT NULL,
      project_id TEXT NOT NULL,
      environment TEXT NOT NULL,
      gen_ai_model TEXT,
      gen_ai_provider TEXT,
      gen_ai_input_tokens INTEGER,
      gen_ai_output_tokens INTEGER,
      gen_ai_total_tokens INTEGER,
      gen_ai_cache_read_tokens INTEGER,
      gen_ai_cache_creation_tokens INTEGER,
      gen_ai_cost_usd REAL,
      gen_ai_cost_nano_usd INTEGER,
      name TEXT NOT NULL,
      status_message TEXT NOT NULL,
      service_name TEXT NOT NULL,
      session_id TEXT NOT NULL,
      tenant_id TEXT NOT NULL,
      job_id TEXT NOT NULL,
      trace_group TEXT NOT NULL,
      gen_ai_temperature REAL,
      gen_ai_top_p REAL,
      gen_ai_max_tokens INTEGER,
      attributes TEXT NOT NULL,
      labels TEXT NOT NULL,
      gen_ai_input_content TEXT,
      gen_ai_output_content TEXT,
      PRIMARY KEY (trace_id, span_id)
    ) STRICT;
    CREATE INDEX spans_by_time ON spans (start_time);
    `,
  ],
};
