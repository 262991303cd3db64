import { type ChatModel, listChatModels, offeredModels } from '../client/chat/chat-models.ts';
import { candelaHome } from '../client/node/candela-home.ts';
import { DEFAULT_DAEMON_URL } from '../client/node/daemon-locator.ts';
import { readDiscoveryFile } from '../client/node/discovery-file.ts';

export interface FoundModels {
  /** Of the daemon that runs, else of the one that would. */
  readonly baseUrl: string;
  readonly models: readonly ChatModel[];
  /** No daemon answered. */
  readonly areDefaults: boolean;
}

/** Editors list models one by one; nobody scrolls through more. */
const MOST_MODELS = 40;
const TIMEOUT_MS = 3_000;

const DEFAULTS: readonly ChatModel[] = [
  usual('openai', 'gpt-5', 400_000),
  usual('openai', 'gpt-5-mini', 400_000),
  usual('openai', 'gpt-4o', 128_000),
  usual('anthropic', 'claude-sonnet-4-5', 200_000),
  usual('anthropic', 'claude-opus-4-1', 200_000),
];

/** What the daemon of this machine offers for chats; a usual choice where none answers. */
export async function findModels(env: Readonly<Record<string, string | undefined>>): Promise<FoundModels> {
  const { CANDELA_PORT: port } = env;
  const discovery = await readDiscoveryFile(candelaHome(env));
  const baseUrl = discovery?.url ?? (port ? `http://127.0.0.1:${port}` : DEFAULT_DAEMON_URL);
  const listed = await listChatModels({ baseUrl, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => []);
  const models = offeredModels(listed, []).slice(0, MOST_MODELS);
  return models.length > 0
    ? { baseUrl, models, areDefaults: false }
    : { baseUrl, models: DEFAULTS, areDefaults: true };
}

function usual(provider: string, id: string, windowTokens: number): ChatModel {
  const maxOutputTokens = 16_384;
  return { id, provider, maxInputTokens: windowTokens - maxOutputTokens, maxOutputTokens, takesImages: true };
}
