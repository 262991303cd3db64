/**
 * Names that Anthropic's API knows and Vertex AI does not, and what Vertex AI has in their place.
 * https://docs.claude.com/en/docs/about-claude/models/overview#model-aliases
 * https://docs.claude.com/en/api/claude-on-vertex-ai#api-model-ids
 */
const VERTEX_IDS: Readonly<Record<string, string>> = {
  'claude-3-5-sonnet-20241022': 'claude-3-5-sonnet-v2@20241022',
  'claude-3-5-haiku-latest': 'claude-3-5-haiku@20241022',
  'claude-3-7-sonnet-latest': 'claude-3-7-sonnet@20250219',
  'claude-3-opus-latest': 'claude-3-opus@20240229',
  'claude-sonnet-4-0': 'claude-sonnet-4@20250514',
  'claude-opus-4-0': 'claude-opus-4@20250514',
  'claude-opus-4-1': 'claude-opus-4-1@20250805',
  'claude-sonnet-4-5': 'claude-sonnet-4-5@20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5@20251001',
  'claude-opus-4-5': 'claude-opus-4-5@20251101',
};

/** What Vertex AI calls a model of Anthropic's: a date stands behind `@`; what already has one stays as it is. */
export function vertexModelId(modelId: string): string {
  if (Object.hasOwn(VERTEX_IDS, modelId)) return VERTEX_IDS[modelId] as string;
  return modelId.replace(/-(\d{8})$/, '@$1');
}
