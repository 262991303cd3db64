import * as vscode from 'vscode';
import { listChatModels } from '@candela/core/client';
import { type CommandContext, type CommandHandler, textArgument } from '../command-context.ts';
import { messages } from '../messages.ts';

/** Offered even while the daemon cannot say which providers it has. */
const USUAL_PROVIDERS = ['openai', 'gemini-oai'];
const LIST_TIMEOUT_MS = 3_000;

/**
 * Keeps or forgets the key that the editor's chat sends to a provider; see `ProviderKeys`. Argument: `provider`. The
 * key itself is only ever typed, because arguments stand in files. Answers whether there is a key now.
 */
export const setProviderKey: CommandHandler = async (context, args) => {
  const provider = textArgument(args, 'provider') ?? (await pickProvider(context));
  if (provider === undefined) return undefined;
  const given = await vscode.window.showInputBox({
    prompt: messages.keys.prompt(provider),
    password: true,
    ignoreFocusOut: true,
  });
  if (given === undefined) return undefined;
  const key = given.trim();
  await context.keys.set(provider, key);
  const told = key === '' ? messages.keys.forgotten(provider) : messages.keys.kept(provider);
  vscode.window.setStatusBarMessage(told, 5_000);
  return key !== '';
};

async function pickProvider({ daemonUrl, keys }: CommandContext): Promise<string | undefined> {
  const signal = AbortSignal.timeout(LIST_TIMEOUT_MS);
  const models = await listChatModels({ baseUrl: await daemonUrl(), signal }).catch(() => []);
  const providers = [...new Set([...models.map(({ provider }) => provider), ...USUAL_PROVIDERS])];
  const items = await Promise.all(
    providers.map(async (label) => {
      const hasKey = (await keys.get(label)) !== undefined;
      return { label, description: hasKey ? messages.keys.stored() : messages.keys.notStored() };
    }),
  );
  const picked = await vscode.window.showQuickPick(items, { placeHolder: messages.keys.pickProvider() });
  return picked?.label;
}
