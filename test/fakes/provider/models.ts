import { anthropicHeaders } from './anthropic.ts';
import { openaiHeaders } from './openai.ts';
import { type Reply, jsonReply } from './reply.ts';

const OPENAI_MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-4.1',
  'gpt-4.1-mini',
  'gpt-3.5-turbo-instruct',
  'text-embedding-3-small',
];

const ANTHROPIC_MODELS = [
  ['claude-sonnet-4-20250514', 'Claude Sonnet 4'],
  ['claude-opus-4-1-20250805', 'Claude Opus 4.1'],
  ['claude-3-5-haiku-20241022', 'Claude Haiku 3.5'],
] as const;

const SEED = '0'.repeat(64);

/** GET /v1/models of OpenAI. Source: https://platform.openai.com/docs/api-reference/models/list */
export function openaiModels(): Reply {
  const data = OPENAI_MODELS.map((id) => ({
    id,
    object: 'model',
    created: 1_715_367_049,
    owned_by: 'system',
  }));
  return jsonReply(200, openaiHeaders(SEED), { object: 'list', data }, 2);
}

/** GET /v1/models of Anthropic, all on one page. Source: https://docs.anthropic.com/en/api/models-list */
export function anthropicModels(): Reply {
  const data = ANTHROPIC_MODELS.map(([id, name]) => ({
    type: 'model',
    id,
    display_name: name,
    created_at: '2025-05-22T00:00:00Z',
  }));
  const page = { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return jsonReply(200, anthropicHeaders(SEED), page);
}
