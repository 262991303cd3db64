import type { ChatModel } from '../../client/chat/chat-models.ts';
import { JsoncDocument } from '../jsonc/jsonc-document.ts';
import type { CandelaProgram, PlannedFile } from '../planned-file.ts';

const CONTEXT_SERVER = ['context_servers', 'candela'];
const SERVER_BINARY = ['lsp', 'candela', 'binary'];
const PROVIDER = ['language_models', 'openai_compatible', 'candela'];

export interface ZedSettingsOptions {
  readonly path: string;
  readonly candela: CandelaProgram;
  /** Of the daemon, without `/v1`. */
  readonly baseUrl: string;
  readonly models: readonly Pick<ChatModel, 'id' | 'maxInputTokens' | 'maxOutputTokens' | 'takesImages'>[];
}

/** `settings.json`: the daemon's models as a provider, and its MCP server (zed.dev/docs/ai/llm-providers, /ai/mcp). */
export function zedSettings(options: ZedSettingsOptions): PlannedFile {
  const { path, baseUrl } = options;
  const open = (text: string | undefined) => new JsoncDocument(path, text, '{}');
  return {
    path,
    what: 'settings: the provider, the context server and the language server "candela"',
    add(current) {
      const settings = open(current);
      return settings
        .set(CONTEXT_SERVER, contextServer(settings, options.candela))
        .set(SERVER_BINARY, bridge(options.candela))
        .set([...PROVIDER, 'api_url'], `${baseUrl}/v1`)
        .set([...PROVIDER, 'available_models'], mergedModels(settings, options.models)).text;
    },
    remove: (current) =>
      emptyToUndefined(open(current).remove(CONTEXT_SERVER).remove(SERVER_BINARY).remove(PROVIDER).text),
  };
}

/**
 * Zed has had three forms. A file that has other servers says which one its Zed writes; today's is the default.
 */
function contextServer(settings: JsoncDocument, { command, args }: CandelaProgram): object {
  const others = Object.entries(objectAt(settings, ['context_servers']))
    .filter(([name]) => name !== 'candela')
    .map(([, server]) => Object(server) as { readonly command?: unknown; readonly source?: unknown });
  const mcpArgs = [...args, 'mcp'];
  if (others.some((server) => typeof server.command === 'object')) {
    return { command: { path: command, args: mcpArgs, env: {} }, settings: {} };
  }
  const source = others.some((server) => server.source === 'custom') ? { source: 'custom' } : {};
  return { ...source, command, args: mcpArgs, env: {} };
}

/** Where the extension in `zed-bridge` finds the bridge; nothing reads it without the extension. */
function bridge({ command, args }: CandelaProgram): object {
  return { path: command, arguments: [...args, 'bridge', '--client', 'zed'] };
}

/** What the developer has made of a model stays; models that are new are added. */
function mergedModels(settings: JsoncDocument, models: ZedSettingsOptions['models']): readonly unknown[] {
  const present = settings.get([...PROVIDER, 'available_models']);
  const kept: readonly unknown[] = Array.isArray(present) ? present : [];
  const names = new Set(kept.map((model) => (Object(model) as { readonly name?: unknown }).name));
  return [...kept, ...models.filter(({ id }) => !names.has(id)).map(zedModel)];
}

function zedModel({
  id,
  maxInputTokens,
  maxOutputTokens,
  takesImages,
}: ZedSettingsOptions['models'][number]) {
  return {
    name: id,
    display_name: `${id} (Candela)`,
    max_tokens: maxInputTokens + maxOutputTokens,
    max_output_tokens: maxOutputTokens,
    capabilities: { tools: true, images: takesImages, parallel_tool_calls: false, prompt_cache_key: false },
  };
}

function objectAt(settings: JsoncDocument, path: readonly string[]): object {
  const value = settings.get([...path]);
  return typeof value === 'object' && value !== null ? value : {};
}

/** A file that only ever held our parts need not stay. */
export function emptyToUndefined(text: string): string | undefined {
  return /^\s*(\{\s*\}|\[\s*\])\s*$/.test(text) ? undefined : text;
}
