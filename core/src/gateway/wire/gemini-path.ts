/** A call in the path of Gemini's APIs: which model, and what of it. */
export interface GeminiPath {
  /** `v1`, `v1beta` … */
  readonly version: string;
  readonly model: string;
  /** `generateContent` and its like. */
  readonly method: string;
}

/**
 * `/v1beta/models/gemini-2.5-flash:generateContent` (https://ai.google.dev/api/generate-content) and
 * `/v1/projects/p/locations/l/publishers/google/models/…` (https://cloud.google.com/vertex-ai/docs/reference/rest).
 */
const MODEL_METHOD =
  /^\/(v1|v1beta|v1alpha|v1beta1)\/(?:(?:projects\/[\w.:-]+\/locations\/[\w-]+\/)?publishers\/google\/)?models\/([A-Za-z0-9][\w.@-]*):([A-Za-z]+)$/;

/**
 * Reads the path as Google does, escapes undone once. Only plain names are read, without slashes, dot segments or
 * escapes left: whatever could mean one model here and another one there is no path of a model.
 */
export function readGeminiPath(path: string): GeminiPath | undefined {
  const [, version, model, method] = MODEL_METHOD.exec(unescaped(path)) ?? [];
  if (version === undefined || model === undefined || method === undefined) return undefined;
  return { version, model, method };
}

/** The same call in Vertex AI's form; what is beta in the one is beta in the other. */
export function vertexPathOf(
  { version, model, method }: GeminiPath,
  at: { readonly projectId: string; readonly region: string },
): string {
  const own = version === 'v1' ? 'v1' : 'v1beta1';
  return `/${own}/projects/${at.projectId}/locations/${at.region}/publishers/google/models/${model}:${method}`;
}

function unescaped(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
