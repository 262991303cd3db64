import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeProvider } from '../fakes/provider/start.ts';
import { isProcessAlive } from '../../core/src/client/node/process-liveness.ts';
import { freePort } from '../harness/free-port.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { CANDELA, JETBRAINS_BRIDGE, ZED_BRIDGE } from './bridge-process.ts';
import { Editor } from './editor.ts';

/** Nothing runs, and three editors are opened at the same moment. */
describe('bridges without a daemon', () => {
  let home: string;
  let env: Readonly<Record<string, string>>;
  let provider: Awaited<ReturnType<typeof startFakeProvider>>;
  const editors: Editor[] = [];
  const daemonNote = async () => {
    const note = await readFile(join(home, 'daemon.json'), 'utf8');
    return JSON.parse(note) as { readonly pid: number; readonly url: string };
  };
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-bridges-'));
    provider = await startFakeProvider({ openaiKeys: null });
    const config = join(home, 'config.yaml');
    await writeFile(
      config,
      JSON.stringify({
        providers: [{ name: 'openai', upstream: provider.url }],
        budget: { daily_usd: 10 },
      }),
    );
    env = {
      HOME: home,
      CANDELA_HOME: home,
      CANDELA_CONFIG: config,
      CANDELA_PORT: String(await freePort()),
      CANDELA_LM_STUDIO_PORT: '0',
    };
  });
  after(async () => {
    for (const editor of editors) await editor.dispose();
    const { pid } = await daemonNote();
    process.kill(pid);
    await waitUntil({
      what: 'the end of the daemon',
      probe: () => (isProcessAlive(pid) ? undefined : true),
    });
    await provider.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('say why there is none, show no figure, and can be closed meanwhile', async () => {
    const stranger = createServer((_request, response) => response.end('hello'));
    stranger.listen(Number(env['CANDELA_PORT']), '127.0.0.1');
    await once(stranger, 'listening');
    const candela = { status: true, autoStart: true };
    const editor = new Editor({ script: JETBRAINS_BRIDGE, env, candela });
    const hasty = new Editor({ script: ZED_BRIDGE, env, candela });
    try {
      await Promise.all([editor.open(), hasty.open()]);
      assert.equal(await hasty.close(), 0);
      await waitUntil({
        what: 'the reason on stderr',
        probe: () => (/could not be started: .*port/.test(editor.process.stderr()) ? true : undefined),
        state: () => editor.process.stderr(),
      });
      const { text, spendUsd } = await editor.status('without figures', ({ state }) => state === 'offline');
      assert.deepEqual([text, spendUsd], ['--', null]);
      assert.equal(await editor.run('candela.showSpend'), null);
      assert.equal(await editor.close(), 0);
    } finally {
      await editor.dispose();
      await hasty.dispose();
      stranger.closeAllConnections();
      stranger.close();
      await once(stranger, 'close');
    }
  });

  it('start one, show the same number, and leave it running', async () => {
    const candela = { status: true, autoStart: true };
    for (const [script, ...args] of [[JETBRAINS_BRIDGE], [ZED_BRIDGE], [CANDELA, 'bridge']] as const) {
      editors.push(new Editor({ script, args, env, candela }));
    }
    await Promise.all(editors.map((editor) => editor.open()));
    for (const editor of editors) await editor.status('from a daemon', ({ state }) => state === 'ok');
    const { url, pid } = await daemonNote();
    const errors = await readFile(join(home, 'daemon.err.log'), 'utf8');
    assert.equal(errors.split('Candela is running at').length - 1, 1);

    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'Hi [usage in=10000000 out=0]' }],
      }),
    });
    await response.text();
    const drawn = await Promise.all(
      editors.map((editor) => editor.status('with the call', ({ spendUsd }) => spendUsd === 1.5)),
    );
    assert.deepEqual(new Set(drawn.map(({ text }) => text)), new Set(['$1.50 / $10.00']));
    for (const editor of editors) assert.equal(await editor.close(), 0);
    assert.ok(isProcessAlive(pid));
  });
});
