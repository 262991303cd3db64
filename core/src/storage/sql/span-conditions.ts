import type { SpanFilter } from '../span-store.ts';
import type { Sql, SqlDialect } from './dialect.ts';
import type { SpanColumn } from './span-columns.ts';

const EQUAL_TO = {
  userId: 'user_id',
  projectId: 'project_id',
  environment: 'environment',
  model: 'gen_ai_model',
  provider: 'gen_ai_provider',
  status: 'status',
  kind: 'kind',
  tenantId: 'tenant_id',
  jobId: 'job_id',
  traceGroup: 'trace_group',
} as const satisfies Partial<Record<keyof SpanFilter, SpanColumn>>;

const SEARCHED: readonly SpanColumn[] = [
  'name',
  'gen_ai_model',
  'trace_id',
  'gen_ai_input_content',
  'gen_ai_output_content',
];

/** The conditions a filter sets, one each; none for an empty filter. */
export function spanConditions(dialect: SqlDialect, filter: SpanFilter): readonly Sql[] {
  const conditions: Sql[] = [];
  for (const [field, column] of Object.entries(EQUAL_TO)) {
    const value = filter[field as keyof typeof EQUAL_TO];
    if (value !== undefined) conditions.push({ text: `${column} = ?`, params: [value] });
  }
  for (const [key, value] of Object.entries(filter.labels ?? {})) {
    conditions.push(dialect.hasPair('labels', key, value));
  }
  if (filter.window !== undefined) {
    const from = dialect.moment(filter.window.startUnixUs);
    const until = dialect.moment(filter.window.endUnixUs);
    conditions.push({ text: `start_time >= ${from.text}`, params: from.params });
    conditions.push({ text: `start_time < ${until.text}`, params: until.params });
  }
  if (filter.nameContains !== undefined) conditions.push(dialect.contains('name', filter.nameContains));
  if (filter.search !== undefined) {
    const { search } = filter;
    const anyOf = SEARCHED.map((column) => dialect.contains(column, search));
    conditions.push({
      text: `(${anyOf.map((one) => one.text).join(' OR ')})`,
      params: anyOf.flatMap((one) => one.params),
    });
  }
  return conditions;
}

/** ` WHERE a AND b`, or nothing where there is nothing to demand. */
export function where(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return { text: '', params: [] };
  return {
    text: ` WHERE ${conditions.map((condition) => condition.text).join(' AND ')}`,
    params: conditions.flatMap((condition) => condition.params),
  };
}
