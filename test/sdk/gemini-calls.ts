import { type Content, type GenerateContentConfig, type GoogleGenAI, Type } from '@google/genai';
import { collect } from '../fakes/collect.ts';

export const GEMINI_MODEL = 'gemini-2.5-flash';
const EMBEDDING_MODEL = 'gemini-embedding-001';

/** One way to ask Gemini something, as raw bytes and through Google's SDK. */
export interface GeminiCall {
  readonly name: string;
  /** Behind `/models/`, with the query. */
  readonly path: string;
  readonly body: (prompt: string) => object;
  readonly streamed: boolean;
  /** Absent: the SDK does not ask in this way. */
  readonly sdk?: (client: GoogleGenAI, prompt: string) => Promise<unknown>;
}

const contents = (prompt: string): Content[] => [{ role: 'user', parts: [{ text: prompt }] }];

const TOOLS = [
  {
    functionDeclarations: ['weather', 'wind'].map((name) => ({
      name,
      parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } } },
    })),
  },
];
const PICTURE = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };

const generated =
  (config: GenerateContentConfig = {}, directive = '') =>
  (client: GoogleGenAI, prompt: string): Promise<unknown> =>
    client.models.generateContent({
      model: GEMINI_MODEL,
      contents: contents(`${directive} ${prompt}`),
      config: { maxOutputTokens: 500, ...config },
    });

const streamed =
  (config: GenerateContentConfig = {}, directive = '') =>
  async (client: GoogleGenAI, prompt: string): Promise<unknown> =>
    collect(
      await client.models.generateContentStream({
        model: GEMINI_MODEL,
        contents: contents(`${directive} ${prompt}`),
        config: { maxOutputTokens: 500, ...config },
      }),
    );

const asked = (prompt: string): object => ({
  contents: contents(prompt),
  generationConfig: { maxOutputTokens: 500 },
});

const GENERATE = { path: `${GEMINI_MODEL}:generateContent`, streamed: false } as const;
const STREAM = { path: `${GEMINI_MODEL}:streamGenerateContent?alt=sse`, streamed: true } as const;
const WITH_TOOLS = (prompt: string): object => ({ ...asked(`[tool count=2] ${prompt}`), tools: TOOLS });
const WITH_THOUGHTS = (prompt: string): object => asked(`[usage out=90 reasoning=60] ${prompt}`);
const WITH_PICTURE = (prompt: string): object => ({
  contents: [{ role: 'user', parts: [PICTURE, { text: prompt }] }],
});

/** Every call whose answer must reach the client unchanged. */
export const GEMINI_CALLS: readonly GeminiCall[] = [
  { ...GENERATE, name: 'JSON', body: asked, sdk: generated() },
  { ...STREAM, name: 'stream', body: asked, sdk: streamed() },
  { ...STREAM, name: 'stream as a JSON array', path: `${GEMINI_MODEL}:streamGenerateContent`, body: asked },
  {
    ...GENERATE,
    name: 'tools',
    body: WITH_TOOLS,
    sdk: generated({ tools: TOOLS }, '[tool count=2]'),
  },
  { ...STREAM, name: 'tools, stream', body: WITH_TOOLS, sdk: streamed({ tools: TOOLS }, '[tool count=2]') },
  {
    ...GENERATE,
    name: 'thoughts',
    body: WITH_THOUGHTS,
    sdk: generated({ thinkingConfig: { includeThoughts: true } }, '[usage out=90 reasoning=60]'),
  },
  {
    ...STREAM,
    name: 'thoughts, stream',
    body: WITH_THOUGHTS,
    sdk: streamed({ thinkingConfig: { includeThoughts: true } }, '[usage out=90 reasoning=60]'),
  },
  {
    ...GENERATE,
    name: 'images',
    body: WITH_PICTURE,
    sdk: (client, prompt) =>
      client.models.generateContent({
        model: GEMINI_MODEL,
        contents: [{ role: 'user', parts: [PICTURE, { text: prompt }] }],
      }),
  },
  {
    name: 'embeddings',
    streamed: false,
    path: `${EMBEDDING_MODEL}:batchEmbedContents`,
    body: (prompt) => ({
      requests: [{ model: `models/${EMBEDDING_MODEL}`, content: { parts: [{ text: prompt }] } }],
    }),
    sdk: (client, prompt) => client.models.embedContent({ model: EMBEDDING_MODEL, contents: [prompt] }),
  },
  {
    name: 'count of tokens',
    streamed: false,
    path: `${GEMINI_MODEL}:countTokens`,
    body: (prompt) => ({ contents: contents(prompt) }),
    sdk: (client, prompt) => client.models.countTokens({ model: GEMINI_MODEL, contents: contents(prompt) }),
  },
];
