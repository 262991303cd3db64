import * as vscode from 'vscode';
import {
  type CallLabels,
  chatHeaders,
  ChatFailure,
  type ChatEvent,
  type ChatModel,
  estimateMessageTokens,
  estimateTokens,
  listChatModels,
  offeredModels,
  streamChat,
} from '@candela/core/client';
import { messages } from '../messages.ts';
import type { ProviderKeys } from '../provider-keys.ts';
import { languageModelError } from './language-model-error.ts';
import { neutralMessage, neutralTool } from './neutral-messages.ts';

/** How VS Code and other extensions name us: `vscode.lm.selectChatModels({ vendor: 'candela' })`. */
export const CHAT_VENDOR = 'candela';

export interface ChatProviderOptions {
  readonly daemonUrl: () => Promise<string>;
  /** Makes sure a daemon runs. @throws Error that says why it does not */
  readonly startDaemon: () => Promise<string>;
  readonly keys: ProviderKeys;
  /** Whether what answers at this address may be given a key. */
  readonly isTrusted: (baseUrl: string) => Promise<boolean>;
  /** Which models are offered; see `offeredModels`. Undefined for none at all. */
  readonly wantedModels: () => readonly string[] | undefined;
  readonly labels: () => Promise<CallLabels>;
}

interface ModelInformation extends vscode.LanguageModelChatInformation {
  readonly model: ChatModel;
}

const LIST_TIMEOUT_MS = 5_000;

/** The daemon's models for VS Code's own chat, which so passes the gates and is charged like any other call. */
export class ChatProvider implements vscode.LanguageModelChatProvider<ModelInformation> {
  readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #options: ChatProviderOptions;

  constructor(options: ChatProviderOptions) {
    this.#options = options;
    this.onDidChangeLanguageModelChatInformation = this.#changes.event;
  }

  /** The daemon came or went, or the user wants other models. */
  modelsChanged(): void {
    this.#changes.fire();
  }

  /** Asked in silence, e.g. at the start, a daemon that is away means no models; else it is started. */
  async provideLanguageModelChatInformation(
    { silent }: vscode.PrepareLanguageModelChatModelOptions,
    token: vscode.CancellationToken,
  ): Promise<ModelInformation[]> {
    const wanted = this.#options.wantedModels();
    if (wanted === undefined) return [];
    const models = await this.#list(token).catch(async (error: unknown) => {
      const isAway = error instanceof ChatFailure && error.kind === 'unreachable';
      if (silent || !isAway) return [];
      await this.#options.startDaemon();
      return this.#list(token);
    });
    return offeredModels(models, wanted).map(information);
  }

  async provideLanguageModelChatResponse(
    { model }: ModelInformation,
    requested: readonly vscode.LanguageModelChatRequestMessage[],
    { tools = [], toolMode, modelOptions }: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const isRequired = toolMode === vscode.LanguageModelChatToolMode.Required;
    const request = {
      model: model.id,
      provider: model.provider,
      messages: requested.map(neutralMessage),
      tools: tools.map(neutralTool),
      toolChoice: isRequired ? 'required' : 'auto',
      maxOutputTokens: model.maxOutputTokens,
      modelOptions,
    } as const;
    const signal = signalOf(token);
    try {
      const baseUrl = await this.#options.daemonUrl();
      const headers = await this.#headers(model, baseUrl);
      for await (const event of streamChat(request, { baseUrl, headers, signal })) {
        progress.report(responsePart(event));
      }
    } catch (error) {
      if (signal.aborted) throw new vscode.CancellationError();
      throw languageModelError(error);
    }
  }

  /** An estimate; see `estimateTokens`. */
  provideTokenCount(
    _model: ModelInformation,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    return Promise.resolve(
      typeof text === 'string' ? estimateTokens(text) : estimateMessageTokens(neutralMessage(text)),
    );
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #list(token: vscode.CancellationToken): Promise<readonly ChatModel[]> {
    const signal = AbortSignal.any([signalOf(token), AbortSignal.timeout(LIST_TIMEOUT_MS)]);
    return listChatModels({ baseUrl: await this.#options.daemonUrl(), signal });
  }

  async #headers({ provider }: ChatModel, baseUrl: string): Promise<Readonly<Record<string, string>>> {
    const isTrusted = await this.#options.isTrusted(baseUrl);
    const key = isTrusted ? await this.#options.keys.get(provider) : undefined;
    return {
      ...chatHeaders({ labels: await this.#options.labels(), sessionId: vscode.env.sessionId }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    };
  }
}

function information(model: ChatModel): ModelInformation {
  const { id, provider, maxInputTokens, maxOutputTokens, takesImages } = model;
  return {
    id: `${provider}/${id}`,
    name: id,
    family: id,
    version: id,
    detail: messages.chat.detail(provider),
    tooltip: messages.chat.tooltip(String(maxInputTokens)),
    maxInputTokens,
    maxOutputTokens,
    // The daemon's list does not tell which models know tools: those that do not refuse the call and say so.
    capabilities: { toolCalling: true, imageInput: takesImages },
    model,
  };
}

function responsePart(event: ChatEvent): vscode.LanguageModelResponsePart {
  return event.kind === 'text'
    ? new vscode.LanguageModelTextPart(event.text)
    : new vscode.LanguageModelToolCallPart(event.callId, event.name, event.input);
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
