import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export interface SpanInDuckDb {
  readonly model: string;
  readonly costUsd: number;
  readonly tokens: number;
  readonly userId: string;
}

/** What is in a stopped server's file, read with nothing of Candela's. */
export async function spansInDuckDb(home: string): Promise<SpanInDuckDb[]> {
  const instance = await DuckDBInstance.create(join(home, 'server', 'traces.duckdb'), {
    access_mode: 'READ_ONLY',
  });
  const connection = await instance.connect();
  const answer = await connection.runAndReadAll(
    `SELECT gen_ai_model AS model, CAST(gen_ai_cost_usd AS DOUBLE) AS "costUsd",
            CAST(gen_ai_total_tokens AS INTEGER) AS tokens, user_id AS "userId"
     FROM spans ORDER BY start_time`,
  );
  connection.closeSync();
  instance.closeSync();
  return answer.getRowObjects() as unknown as SpanInDuckDb[];
}
