import type { SpanKind } from '../span-record.ts';

/**
 * Names that a column of ours travels under. Those of OpenTelemetry where it has one:
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/
 */
export const RESOURCE_NAMES = {
  serviceName: 'service.name',
  environment: 'deployment.environment.name',
  projectId: 'candela.project_id',
} as const;

export const NAMES = {
  userId: 'user.id',
  sessionId: 'session.id',
  tenantId: 'candela.tenant_id',
  jobId: 'candela.job_id',
  traceGroup: 'candela.trace_group',
  kind: 'candela.span_kind',
  provider: 'candela.provider',
  inputContent: 'gen_ai.prompt',
  outputContent: 'gen_ai.completion',
} as const;

export const LABEL_PREFIX = 'candela.label.';

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/#gen-ai-operation-name */
export const KIND_OF_OPERATION: ReadonlyMap<string, SpanKind> = new Map([
  ['chat', 'llm'],
  ['text_completion', 'llm'],
  ['generate_content', 'llm'],
  ['embeddings', 'embedding'],
  ['execute_tool', 'tool'],
  ['create_agent', 'agent'],
  ['invoke_agent', 'agent'],
  ['invoke_workflow', 'chain'],
  ['plan', 'chain'],
  ['retrieval', 'retrieval'],
]);
