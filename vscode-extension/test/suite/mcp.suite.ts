import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import type { CandelaExtensionApi } from '../../src/extension.ts';
import { McpServer } from '../../src/mcp/mcp-server.ts';
import { DaemonClient } from './daemon-client.ts';
import { activateExtension, eventually, testContext } from './test-context.ts';

export function describeMcp(): void {
  describe('the MCP server', () => {
    let api: CandelaExtensionApi;

    before(async () => {
      await new DaemonClient(testContext()).startDaemon();
      api = await activateExtension();
    });

    it('is the program that comes with the extension, and answers on stdio', async () => {
      const [definition, ...rest] = api.mcpServer.definitions();
      assert.ok(definition);
      assert.deepEqual(rest, []);
      assert.equal(definition.args[1], 'mcp');
      const env = { ...process.env, ...(definition.env as Record<string, string>) };
      const child = spawn(definition.command, definition.args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
      const send = (message: object) =>
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const answer = async () => JSON.parse((await lines.next()).value as string) as { result: unknown };
      const clientInfo = { name: 'test', version: '1' };
      send({
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
      });
      const { result } = await answer();
      send({ method: 'notifications/initialized' });
      send({ id: 2, method: 'tools/list' });
      const { result: listed } = await answer();
      child.stdin.end();
      await once(child, 'exit');
      assert.match((result as { serverInfo: { name: string } }).serverInfo.name, /candela/i);
      assert.ok((listed as { tools: { name: string }[] }).tools.length > 0);
    });

    it('asks the daemon the settings name, and starts none where they say so', async () => {
      const settings = vscode.workspace.getConfiguration('candela.daemon');
      const setUrl = (url: string | undefined) =>
        settings.update('url', url, vscode.ConfigurationTarget.Global);
      const args = () => api.mcpServer.definitions()[0]?.args.slice(1).join(' ');
      const become = (wanted: string) => eventually(wanted, () => args() === wanted || undefined, args);
      // These windows are told to start no daemon.
      await become('mcp --no-start');
      const { daemonUrl } = testContext();
      await setUrl(daemonUrl);
      await become(`mcp --daemon-url ${daemonUrl} --no-start`);
      await setUrl(undefined);
      await become('mcp --no-start');
    });

    it('is told to Cursor in its own way, taken back when it is not wanted, and at the end', () => {
      const [command, args, env, version] = ['node', ['candela.mjs', 'mcp'], { A: 'b' }, '1'] as const;
      const told: unknown[] = [];
      let isWanted = true;
      const server = new McpServer({
        command: () => (isWanted ? { command, args, env, version } : undefined),
        cursor: {
          registerServer: (config) => told.push(config),
          unregisterServer: (name) => told.push(name),
        },
      });
      isWanted = false;
      server.changed();
      isWanted = true;
      server.changed();
      server.dispose();
      const config = { name: 'candela', server: { command, args, env } };
      assert.deepEqual(told, [config, 'candela', config, 'candela']);
    });

    it('is not offered once the setting says so', async () => {
      const settings = vscode.workspace.getConfiguration('candela.mcp');
      const count = () => api.mcpServer.definitions().length;
      await settings.update('enabled', false, vscode.ConfigurationTarget.Global);
      await eventually('no server', () => count() === 0 || undefined, count);
      await settings.update('enabled', undefined, vscode.ConfigurationTarget.Global);
      await eventually('the server', () => count() === 1 || undefined, count);
    });
  });
}
