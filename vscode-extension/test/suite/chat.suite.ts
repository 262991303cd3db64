import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CandelaExtensionApi } from '../../src/extension.ts';
import { DaemonClient, FAKE_OPENAI_KEY } from './daemon-client.ts';
import { activateExtension, eventually, testContext } from './test-context.ts';

export function describeChat(): void {
  describe('VS Code’s own chat', () => {
    const daemon = new DaemonClient(testContext());
    let api: CandelaExtensionApi;
    let model: vscode.LanguageModelChat;

    const select = () => vscode.lm.selectChatModels({ vendor: 'candela', id: 'openai/gpt-4o' });
    const user = (text: string) => vscode.LanguageModelChatMessage.User(text);

    async function ask(
      messages: vscode.LanguageModelChatMessage[],
      options: vscode.LanguageModelChatRequestOptions = {},
      token?: vscode.CancellationToken,
    ): Promise<{ readonly text: string; readonly calls: readonly vscode.LanguageModelToolCallPart[] }> {
      const { stream } = await model.sendRequest(messages, options, token);
      let text = '';
      const calls: vscode.LanguageModelToolCallPart[] = [];
      for await (const part of stream) {
        if (part instanceof vscode.LanguageModelTextPart) text += part.value;
        if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
      }
      return { text, calls };
    }

    before(async () => {
      await daemon.startDaemon();
      api = await activateExtension();
      await daemon.setBudget(100);
      model = await eventually('the models', async () => (await select())[0]);
    });
    after(async () => {
      await api.keys.set('openai', '');
      await daemon.setBudget(100);
    });

    it('is offered the models of the daemon that can chat, with their windows', async () => {
      assert.deepEqual([model.vendor, model.family], ['candela', 'gpt-4o']);
      assert.ok(model.maxInputTokens > 100_000);
      const ids = (await vscode.lm.selectChatModels({ vendor: 'candela' })).map(({ id }) => id);
      assert.ok(ids.length > 10);
      assert.deepEqual(
        ids.filter((id) => /embedding|tts|whisper|image|realtime/.test(id)),
        [],
      );
    });

    it('asks for a key where the provider does', async () => {
      await assert.rejects(ask([user('Hello')]), (error: vscode.LanguageModelError) => {
        assert.equal(error.code, vscode.LanguageModelError.NoPermissions.name);
        assert.match(error.message, /Set Provider Key/);
        return true;
      });
    });

    it('streams an answer, which is priced, labelled and in the list', async () => {
      await api.keys.set('openai', FAKE_OPENAI_KEY);
      await daemon.script([{ usage: { inputTokens: 1_000, outputTokens: 500 }, text: 'Morning, Ada!' }]);
      const before = await daemon.spentUsd();
      const { text } = await ask([user('Good morning')]);
      assert.equal(text, 'Morning, Ada!');
      const after = await daemon.spentUsd();
      assert.equal((after - before).toFixed(6), '0.007500');
      const trace = await daemon.newestTrace();
      const [span] = trace.spans;
      assert.equal(span?.labels?.['editor'], vscode.env.uriScheme);
      assert.match(trace.sessionId ?? '', /^[\w-]+$/);
    });

    it('passes tools and what they gave', async () => {
      await daemon.script([]);
      const tools = [
        {
          name: 'look_up',
          description: 'Looks a word up.',
          inputSchema: { type: 'object', properties: { word: { type: 'string' } } },
        },
      ];
      const { calls } = await ask([user('[tool] candela')], { tools });
      const [call] = calls;
      assert.equal(call?.name, 'look_up');
      assert.deepEqual(Object.keys(call.input), ['word']);
      await daemon.script([{ text: 'It is a candle.' }]);
      const result = new vscode.LanguageModelToolResultPart(call.callId, [
        new vscode.LanguageModelTextPart('a candle'),
      ]);
      const { text } = await ask(
        [
          user('What is it?'),
          vscode.LanguageModelChatMessage.Assistant([call]),
          vscode.LanguageModelChatMessage.User([result]),
        ],
        { tools },
      );
      assert.equal(text, 'It is a candle.');
      const { body } = await daemon.lastProviderRequest();
      const sent = (body as { messages: { role: string; tool_call_id?: string; content: string }[] })
        .messages;
      assert.deepEqual(
        sent.map(({ role }) => role),
        ['user', 'assistant', 'tool'],
      );
      assert.deepEqual([sent[2]?.tool_call_id, sent[2]?.content], [call.callId, 'a candle']);
    });

    it('ends the call when it is cancelled, and what was used is charged', async () => {
      await daemon.script([{ faults: [{ kind: 'hold', after: { events: 3 } }] }]);
      const before = await daemon.spentUsd();
      const source = new vscode.CancellationTokenSource();
      const { stream } = await model.sendRequest([user('[answer chars=5000]')], {}, source.token);
      const reading = (async () => {
        for await (const part of stream) if (part instanceof vscode.LanguageModelTextPart) source.cancel();
      })();
      await reading.catch(() => undefined);
      await eventually('the provider’s connection is closed', async () => {
        const { end } = await daemon.lastProviderRequest();
        return end === 'client_gone' || undefined;
      });
      await eventually('the charge', async () => (await daemon.spentUsd()) > before || undefined);
      await daemon.script([]);
    });

    it('says in words that the budget is used up', async () => {
      await daemon.setBudget(0.000001);
      await assert.rejects(ask([user('Hello')]), (error: vscode.LanguageModelError) => {
        assert.equal(error.code, vscode.LanguageModelError.Blocked.name);
        assert.match(error.message, /budget/);
        return true;
      });
      await daemon.setBudget(100);
    });

    it('says what the provider said when it fails', async () => {
      await daemon.script([{ faults: [{ kind: 'status', code: 500 }] }]);
      await assert.rejects(ask([user('Hello')]), /HTTP 500/);
      await daemon.script([]);
    });

    it('estimates tokens', async () => {
      const count = await model.countTokens('Candela prices every call to the nano-dollar.');
      assert.ok(count >= 10 && count <= 16, String(count));
    });

    it('offers only the models the user wants, or none', async () => {
      const settings = vscode.workspace.getConfiguration('candela.chat');
      const ids = async () => (await vscode.lm.selectChatModels({ vendor: 'candela' })).map(({ id }) => id);
      await settings.update('models', ['gpt-4o', 'openai/gpt-4.1*'], vscode.ConfigurationTarget.Global);
      await eventually(
        'the short list',
        async () => {
          const found = await ids();
          return (found.includes('openai/gpt-4o') && !found.includes('openai/gpt-5')) || undefined;
        },
        ids,
      );
      await settings.update('models', undefined, vscode.ConfigurationTarget.Global);
      await settings.update('enabled', false, vscode.ConfigurationTarget.Global);
      await eventually('no models', async () => (await ids()).length === 0 || undefined, ids);
      await settings.update('enabled', undefined, vscode.ConfigurationTarget.Global);
      await eventually('the models again', async () => (await ids()).length > 10 || undefined, ids);
    });
  });
}
