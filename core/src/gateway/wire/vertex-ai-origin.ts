/** The continents whose data stays there; they have hosts of their own. */
const CONTINENTS: ReadonlySet<string> = new Set(['us', 'eu']);

/**
 * Where Vertex AI answers for a location: `global`, a continent, or a region such as `europe-west1`.
 * https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
 */
export function vertexAiOrigin(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (CONTINENTS.has(location)) return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}
